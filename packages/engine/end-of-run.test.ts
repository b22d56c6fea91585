/** What becomes of exchanges that are not over when the run is. */
import { afterEach, describe, expect, test } from "bun:test";
import { runHere, until } from "@nightjar/testkit/runs-here.ts";
import { OK, type ScriptedServer, scripted } from "./scripted-server.ts";

const servers: ScriptedServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

function serve(...script: Parameters<typeof scripted>): ScriptedServer {
  const server = scripted(...script);
  servers.push(server);
  return server;
}

describe("the end of a run", () => {
  test("gives up what is in flight after the drain, at its age", async () => {
    const server = serve(() => {});
    // All are sent by its end, however late.
    const stages = [
      { duration: "200ms", rate: 100 },
      { duration: "1500ms", rate: 0 },
    ];
    const load = { stages, connections: 50 };
    const slow = { drain: "150ms", timeout: "20s" };
    const result = await runHere({ url: server.url, load, ...slow });
    const { due, sent, censored } = result.accounting;
    expect([due, sent, censored]).toEqual([20, 20, 20]);
    const { max, percentiles, count } = result.latencyMs.response;
    expect(count).toBe(20);
    expect((max as { atLeast: number }).atLeast).toBeGreaterThanOrEqual(150);
    expect((percentiles["50"] as { atLeast: number }).atLeast).toBeGreaterThanOrEqual(150);
    await until(() => server.open === 0);
  });

  test("drops what finds no place in the backlog, and does not send what waits", async () => {
    const server = serve(() => {});
    const load = { rate: 200, connections: 1, maxBacklog: 5 };
    const slow = { duration: "300ms", drain: "20ms", timeout: "20s" };
    const result = await runHere({ url: server.url, load, ...slow });
    const { due, sent, censored, unsent, dropped } = result.accounting;
    expect({ due, sent, censored, unsent, dropped }).toEqual({
      due: 60,
      sent: 1,
      censored: 1,
      unsent: 5,
      dropped: 54,
    });
    expect(result.errors).toEqual({ dropped: 54 });
    expect(result.populations.unanswered).toBe(60);
  });

  test("an answer within the drain counts", async () => {
    const server = serve(({ socket }) => void setTimeout(() => socket.write(OK), 300));
    const load = { rate: 50, connections: 50 };
    const result = await runHere({ url: server.url, load, duration: "200ms", drain: "5s" });
    const { due, sent, unsent, completed, censored } = result.accounting;
    // Whoever stood still at the very end has some that were not sent.
    expect([due, completed, censored]).toEqual([10, 10 - unsent, 0]);
    expect(sent).toBeGreaterThan(0);
  });
});
