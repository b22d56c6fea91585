/**
 * What the PEM files of a plan hold, looked at before the run: a socket that cannot be made with
 * them would fail each exchange, and say less.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[^-]*-----END ([A-Z]+ )?PRIVATE KEY-----/;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

const DECRYPT = "decrypt it with: openssl pkey -in KEY -out OTHER";

/** The certificates of a file alone: text and keys may stand between them. */
export function certificatesIn(pem: string): string {
  return (pem.match(CERTIFICATES) ?? []).join("\n");
}

/** The first private key of a file alone. */
export function privateKeyIn(pem: string): string {
  return PRIVATE_KEY.exec(pem)?.[0] ?? "";
}

/** Certificates of authorities, or of a chain. `undefined`: nothing is wrong with them. */
export function certificatesFault(pem: string): string | undefined {
  const blocks = pem.match(CERTIFICATES) ?? [];
  if (blocks.length === 0) {
    const instead = PRIVATE_KEY.test(pem) ? ", but a private key" : "";
    return `it holds no PEM certificate${instead}`;
  }
  const bad = blocks.findIndex((block) => certificateIn(block) === undefined);
  if (bad >= 0) return `its certificate ${bad + 1} of ${blocks.length} cannot be read`;
  return contextFault({ ca: certificatesIn(pem) });
}

/** The private key of the first certificate of `chain`, in which nothing is wrong. */
export function keyFault(pem: string, chain: string): string | undefined {
  if (ENCRYPTED.test(pem)) return `it is encrypted, and no passphrase is asked for: ${DECRYPT}`;
  if (!PRIVATE_KEY.test(pem)) {
    const instead = pem.match(CERTIFICATES) ? ", but a certificate" : "";
    return `it holds no PEM private key${instead}`;
  }
  const key = keyIn(pem);
  if (key === undefined) return "its private key cannot be read";
  const [first = ""] = chain.match(CERTIFICATES) ?? [];
  if (!certificateIn(first)?.checkPrivateKey(key)) {
    return "it is not the key of the (first) certificate";
  }
  return contextFault({ cert: certificatesIn(chain), key: privateKeyIn(pem) });
}

function certificateIn(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block);
  } catch {
    return undefined;
  }
}

function keyIn(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(privateKeyIn(pem));
  } catch {
    return undefined;
  }
}

function contextFault(options: Parameters<typeof createSecureContext>[0]): string | undefined {
  try {
    createSecureContext(options);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
