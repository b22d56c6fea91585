/** The certificate authorities that a plan trusts, looked at before the run. */
import { createSecureContext } from "node:tls";
import { NightjarError } from "@nightjar/core/errors.ts";

/** The PEM text of the file `name`. Throws `file` where no socket could be made with it. */
export function authoritiesOf(bytes: Uint8Array, name: string): string {
  const pem = new TextDecoder().decode(bytes);
  const fault = pem.trim() === "" ? "it is empty" : faultOf(pem);
  if (fault === undefined) return pem;
  throw new NightjarError(
    "file",
    `tls.caCert: "${name}" holds no certificates in PEM: ${fault}`,
    "PEM is text that begins with -----BEGIN CERTIFICATE-----",
  );
}

function faultOf(ca: string): string | undefined {
  try {
    createSecureContext({ ca });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
