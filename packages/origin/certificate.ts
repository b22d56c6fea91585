/** A certificate for this host alone, made anew at each start. */

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

export interface Certificate {
  certificatePem: string;
  keyPem: string;
}

interface MetadataStore {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

/**
 * @peculiar/x509 builds itself with tsyringe, which refuses to load without metadata on `Reflect`.
 * It uses three functions of that old proposal, and none of its classes is compiled to carry
 * metadata.
 */
function provideMetadata(): void {
  const reflect = Reflect as MetadataStore;
  if (reflect.getMetadata !== undefined) return;
  const kept = new WeakMap<object, Map<unknown, unknown>>();
  const get = (key: unknown, target: object) => kept.get(target)?.get(key);
  reflect.getMetadata = get;
  reflect.getOwnMetadata = get;
  reflect.defineMetadata = (key, value, target) => {
    kept.set(target, (kept.get(target) ?? new Map()).set(key, value));
  };
}

/** When it is good, in ms of the wall clock. */
export interface Validity {
  readonly fromMs: number;
  readonly toMs: number;
}

function nowadays(): Validity {
  const nowMs = Date.now();
  return { fromMs: nowMs - DAY_MS, toMs: nowMs + VALID_DAYS * DAY_MS };
}

/** Self-signed, for localhost, 127.0.0.1 and ::1; it is its own authority. */
export async function makeCertificate(validity = nowadays()): Promise<Certificate> {
  provideMetadata();
  const x509 = await import("@peculiar/x509");
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=localhost",
    notBefore: new Date(validity.fromMs),
    notAfter: new Date(validity.toMs),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
    ],
  });
  const key = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  const keyPem = x509.PemConverter.encode(key, "PRIVATE KEY");
  return { certificatePem: certificate.toString("pem"), keyPem };
}
