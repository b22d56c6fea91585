/** Throw-away certificates for tests, by openssl: a mesh's with SPIFFE names, and a server's. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { requirePart } from "./parts.ts";

/** PEM files. */
export interface KeyPair {
  certificate: string;
  key: string;
}

export interface MeshCertificates {
  authority: string;
  client: KeyPair;
  server: KeyPair;
}

export type Workload = "client" | "server";

/** The identity that a workload's certificate carries. */
export function spiffeId(workload: Workload): string {
  return `spiffe://cluster.local/ns/nightjar/sa/${workload}`;
}

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const DAYS = ["-days", "2", "-sha256"];

/** An authority and a certificate for either sidecar, in `folder`. @throws MissingPart */
export function makeMeshCertificates(folder: string): MeshCertificates {
  const authority = selfSigned(folder, "authority", "/O=nightjar test mesh", [
    "basicConstraints=critical,CA:TRUE",
    "keyUsage=critical,keyCertSign,cRLSign",
  ]);
  return {
    authority: authority.certificate,
    client: signed(folder, "client", authority),
    server: signed(folder, "server", authority),
  };
}

/** A certificate of its own for localhost and 127.0.0.1. @throws MissingPart */
export function makeServerCertificate(folder: string): KeyPair {
  return selfSigned(folder, "server", "/CN=localhost", [
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ]);
}

function pairIn(folder: string, name: string): KeyPair {
  return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

function selfSigned(folder: string, name: string, subject: string, extensions: string[]): KeyPair {
  const pair = pairIn(folder, name);
  const added = extensions.flatMap((extension) => ["-addext", extension]);
  const files = ["-keyout", pair.key, "-out", pair.certificate];
  openssl(["req", "-x509", "-new", ...CURVE, ...DAYS, "-subj", subject, ...added, ...files]);
  return pair;
}

/** The subject is empty, so the SPIFFE name must be marked critical (RFC 5280, 4.2.1.6). */
function signed(folder: string, workload: Workload, authority: KeyPair): KeyPair {
  const pair = pairIn(folder, workload);
  const request = join(folder, `${workload}.csr`);
  const extensions = join(folder, `${workload}.ext`);
  const lines = [
    "basicConstraints=CA:FALSE",
    "keyUsage=digitalSignature",
    "extendedKeyUsage=serverAuth,clientAuth",
    `subjectAltName=critical,URI:${spiffeId(workload)}`,
  ];
  writeFileSync(extensions, `${lines.join("\n")}\n`);
  openssl(["req", "-new", ...CURVE, "-subj", "/", "-keyout", pair.key, "-out", request]);
  const issuer = ["-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial"];
  openssl([
    "x509",
    "-req",
    "-in",
    request,
    ...issuer,
    ...DAYS,
    "-extfile",
    extensions,
    "-out",
    pair.certificate,
  ]);
  return pair;
}

function openssl(options: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([requirePart("openssl"), ...options]);
  if (exitCode !== 0)
    throw new Error(`openssl ${options[0]} ended with code ${exitCode}: ${stderr}`);
}
