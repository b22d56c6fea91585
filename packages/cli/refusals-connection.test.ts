/** How a plan connects, refused before anything starts: by flag, or by file and line. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeCertificate } from "@nightjar/origin/certificate.ts";
import { cli, makeFolder } from "./child-cli.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

/** Nobody listens there; and nobody is asked. */
const URL_OF_NOBODY = "https://shop.invalid:8443/";

async function refusal(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(args, { cwd: folder.path });
  expect(err).toMatch(/^nightjar: [^\n]+\n( {2}[^\n]+\n)?$/);
  expect([code, out]).toEqual([2, ""]);
  return err;
}

describe("an option", () => {
  test.each([
    [["--keep-alive", "of f"], "--keep-alive: one of on, off is wanted", 'did you mean "off"?'],
    [["--keep-alive"], "option '--keep-alive <on|off>'", "argument missing"],
    [["--tls-resumption", "of"], "--tls-resumption: one of on, off", 'did you mean "off"?'],
    [["--cacert", "missing.pem"], "--cacert: missing.pem", "no such file"],
    [["--sni", "a b"], "--sni: not a server name", '"a b"'],
    [["--tls-resumption", "true"], "--tls-resumption: one of on, off", '"true"'],
    [["--max-requests-per-connection", "0"], "--max-requests-per-connection: ", "at least 1"],
    [["--max-requests-per-connection", "x"], "--max-requests-per-connection: a whole", '"x"'],
    [["--keep-alive", "off", "--max-requests-per-connection", "9"], "--max-req", "one exchange"],
    [["--address-family", "ipv5"], "--address-family: ", 'did you mean "ipv4"?'],
    [["--resolve", "shop.invalid"], "--resolve: ", "HOST:PORT:ADDRESS"],
    [["--resolve", "shp.invalid:8443:10.0.0.1"], "--resolve: ", 'mean "shop.invalid:8443"?'],
    [["--resolve", "shop.invalid:8443:a.example"], "--resolve: ", "not a name"],
    [["--unix", "s", "--proxy", "http://p"], "--proxy: ", "contradicts connection.unix"],
    [["--unix", "s", "--resolve", "a:1:10.0.0.1"], "--resolve: ", "contradicts connection.unix"],
    [["--unix", ""], "--unix: ", "found nothing"],
    [["--unix", "x".repeat(108)], "--unix: ", "at most 107"],
    [["--proxy", "proxy:3128"], "--proxy: ", "did you mean http://proxy:3128?"],
    [["--proxy", "http://proxy:99999"], "--proxy: ", "write it like http://host:port"],
    [["--proxy", "https://proxy:3128"], "--proxy: ", "found https://"],
    [["--proxy", "socks5://proxy"], "--proxy: ", "found socks5://"],
    [["--proxy", "http://u:s3cret@proxy"], "--proxy: credentials", "--proxy-header"],
    [["--proxy-header", "a: b"], "--proxy-header: ", 'no proxy that "a"'],
    [["--proxy", "http://p", "--proxy-header", "Host: x"], "--proxy-header: ", '"Host" is set'],
    [["--tls-min", "1.1"], "--tls-min: one of 1.2, 1.3 is wanted", '"1.1"'],
    [["--cert", "client.pem"], "--cert: ", "without its private key"],
    [["--key", "client.key"], "--key: ", "without its certificate"],
  ])("%j", async (args, where, what) => {
    const said = await refusal("run", URL_OF_NOBODY, ...args);
    expect(said).toStartWith(`nightjar: ${where}`);
    expect(said).toContain(what);
    expect(said).not.toContain("s3cret");
  });

  test("in a file is refused with its line", async () => {
    const target = `targets:\n  - url: ${URL_OF_NOBODY}\n`;
    folder.write("plan.yaml", `${target}connection:\n  resolve:\n    - a:1:10.0.0.1\n`);
    expect(await refusal("plan", "check", "plan.yaml")).toStartWith(
      "nightjar: plan.yaml:5:7: connection.resolve[0]: no target is at a:1",
    );
    folder.write("plan.yaml", `${target}connection:\n  keepalive: false\n`);
    expect(await refusal("plan", "check", "plan.yaml")).toContain('did you mean "keepAlive"?');
  });
});

describe("a client's certificate and key", () => {
  beforeAll(async () => {
    const [own, other] = [await makeCertificate(), await makeCertificate()];
    folder.write("own.pem", own.certificatePem);
    folder.write("own.key", own.keyPem);
    folder.write("other.key", other.keyPem);
    folder.write("encrypted.key", own.keyPem.replaceAll("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
    const old = "EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n";
    folder.write("old.key", own.keyPem.replaceAll("PRIVATE KEY-----\n", old));
    folder.write("broken.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    folder.write("text.pem", "hello");
  });

  test.each([
    ["own.pem", "missing.key", "--key: missing.key: there is no such file"],
    ["missing.pem", "own.key", "--cert: missing.pem: there is no such file"],
    ["text.pem", "own.key", "--cert: text.pem: it holds no PEM certificate\n"],
    ["own.key", "own.pem", "--cert: own.key: it holds no PEM certificate, but a private key"],
    ["own.pem", "own.pem", "--key: own.pem: it holds no PEM private key, but a certificate"],
    ["own.pem", "text.pem", "--key: text.pem: it holds no PEM private key\n"],
    ["own.pem", "broken.key", "--key: broken.key: its private key cannot be read"],
    ["own.pem", "encrypted.key", "--key: encrypted.key: it is encrypted"],
    ["own.pem", "old.key", "--key: old.key: it is encrypted"],
    ["own.pem", "other.key", "--key: other.key: it is not the key of the (first) certificate"],
  ])("%s and %s are refused", async (cert, key, words) => {
    const said = await refusal("plan", "check", URL_OF_NOBODY, "--cert", cert, "--key", key);
    expect(said).toStartWith(`nightjar: ${words}`);
  });

  test("that belong together are not", async () => {
    const args = ["plan", "check", URL_OF_NOBODY, "--cert", "own.pem", "--key", "own.key"];
    const { code, out } = await cli(args, { cwd: folder.path });
    expect(code).toBe(0);
    expect(out).not.toContain("PRIVATE KEY-----");
  });
});
