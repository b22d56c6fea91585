/** Options of connections, each by a real run that fails without it. */
import { expect } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { startForwardProxy } from "@nightjar/testkit/forward-proxy.ts";
import { cli } from "../child-cli.ts";
import { CONNECTIONS_OPTIONS } from "../options/connections.ts";
import { BASE, completed, expectBoth, folder, measured, prove, servers } from "./trial.ts";

const opened = ({ connections }: Result) => connections.opened ?? -1;
const TWO = [...BASE, "--connections", "2"];

prove(CONNECTIONS_OPTIONS, {
  "--keep-alive": () => expectBoth(["--keep-alive", "off"], opened, [100, 2], { load: TWO }),
  "--max-requests-per-connection": () => {
    const load = [...BASE, "--connections", "1"];
    return expectBoth(["--max-requests-per-connection", "5"], opened, [20, 1], { load });
  },
  "--reuse": () => {
    // The last that was free, as often as one is free by then; in turn it is never the last.
    const isAgain = (result: Result) => opened(result) < 8;
    const load = ["--rate", "5", "--requests", "8", "--connections", "20"];
    return expectBoth(["--reuse", "mru"], isAgain, [true, false], { load });
  },
  "--prefetch": () => {
    const load = ["--rate", "20", "--requests", "5", "--connections", "20"];
    return expectBoth(["--prefetch"], opened, [20, 5], { load });
  },
  "--resolve": async () => {
    const port = new URL(servers.origin.url).port;
    const url = `http://shop.invalid:${port}/`;
    const flag = ["--resolve", `shop.invalid:${port}:127.0.0.1`];
    expect(completed(await measured(url, BASE, flag))).toBe(100);
    expect((await cli(["run", url, ...BASE])).err).toContain("shop.invalid");
  },
  "--address-family": async () => {
    const run = (family: string) =>
      cli(["plan", "check", servers.origin.url, ...family.split(" ")]);
    expect((await run("--address-family ipv6")).err).toContain("IPv6");
    expect((await run("--address-family ipv4")).code).toBe(0);
  },
  "--unix": async () => {
    const unix = `${folder.path}/server.sock`;
    const server = Bun.serve({ unix, fetch: () => new Response("ok") });
    const statuses = ({ statusCodes }: Result) => statusCodes;
    const target = `${servers.origin.url}/?status=503`;
    await expectBoth(["--unix", unix], statuses, [{ 200: 100 }, { 503: 100 }], { target });
    await server.stop(true);
  },
  "--proxy": async () => {
    const proxy = await startForwardProxy();
    expect(completed(await measured(servers.origin.url, BASE, ["--proxy", proxy.url]))).toBe(100);
    expect(proxy.heads).toHaveLength(100);
    expect(completed(await measured(servers.origin.url, BASE, []))).toBe(100);
    expect(proxy.heads).toHaveLength(100);
    proxy.stop();
  },
  "--proxy-header": async () => {
    const proxy = await startForwardProxy();
    const through = ["--proxy", proxy.url];
    const isTold = (head: string) => /^x-tenant: 7\r$/m.test(head);
    await measured(servers.origin.url, BASE, [...through, "--proxy-header", "x-tenant: 7"]);
    expect(proxy.heads.filter(isTold)).toHaveLength(100);
    await measured(servers.origin.url, BASE, through);
    expect(proxy.heads.filter(isTold)).toHaveLength(100);
    proxy.stop();
  },
});
