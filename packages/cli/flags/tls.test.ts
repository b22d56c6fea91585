/** Options of TLS, each by a real run that fails without it. */
import { expect } from "bun:test";
import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import type { Result } from "@nightjar/core/result/result.ts";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { cli } from "../child-cli.ts";
import { TLS_OPTIONS } from "../options/tls.ts";
import { BASE, completed, expectBoth, folder, prove, servers } from "./trial.ts";

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const FEW = ["--rate", "500", "--requests", "20", "--connections", "2", "--insecure"];

/** A server that answers everything, while `use` runs. */
async function serving(options: TlsOptions, use: (url: string) => Promise<void>): Promise<void> {
  const { certificatePem: cert, keyPem: key } = await makeCertificate();
  const server = createServer({ cert, key, ...options }, (socket) => {
    socket.on("data", () => socket.write(ANSWER)).on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
  }
}

/** A server that wants a certificate, and `mine` in files. */
async function withIdentity(prove: (url: string) => Promise<void>): Promise<void> {
  const { certificatePem, keyPem } = await makeCertificate();
  folder.write("mine.pem", certificatePem);
  folder.write("mine.key", keyPem);
  const wanted = { requestCert: true, rejectUnauthorized: true, ca: certificatePem };
  await serving({ ...wanted, maxVersion: "TLSv1.2" }, prove);
}

const MINE = ["--cert", "mine.pem", "--key", "mine.key"];

prove(TLS_OPTIONS, {
  "--insecure": () =>
    expectBoth(["--insecure"], completed, [100, 0], { target: servers.secure.url }),
  "--cacert": () =>
    expectBoth(["--cacert", "origin.pem"], completed, [100, 0], { target: servers.secure.url }),
  "--sni": () => {
    const where = { target: servers.secure.url, load: [...BASE, "--cacert", "origin.pem"] };
    return expectBoth(["--sni", "nobody.example"], completed, [0, 100], where);
  },
  "--tls-min": () =>
    serving({ maxVersion: "TLSv1.2" }, (target) =>
      expectBoth(["--tls-min", "1.3"], completed, [0, 20], { target, load: FEW }),
    ),
  "--cert": () =>
    withIdentity((target) => expectBoth(MINE, completed, [20, 0], { target, load: FEW })),
  "--key": async () => {
    const alone = await cli(["plan", "check", servers.secure.url, "--cert", "mine.pem"]);
    expect(alone.err).toContain("key");
    await withIdentity((target) => expectBoth(MINE, completed, [20, 0], { target, load: FEW }));
  },
  "--tls-resumption": () =>
    serving({ maxVersion: "TLSv1.2" }, (target) => {
      const isResumed = ({ connections }: Result) => (connections.resumed ?? 0) > 0;
      const load = [...FEW, "--keep-alive", "off"];
      return expectBoth(["--tls-resumption", "off"], isResumed, [false, true], { target, load });
    }),
});
