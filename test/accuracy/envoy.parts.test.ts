/**
 * Through real Envoy: two sidecars with mutual TLS. What we count, what the origin logged and what
 * Envoy counted are the same numbers.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { readOriginLog } from "@nightjar/origin/log-reader.ts";
import { type MeshPair, startMeshPair } from "@nightjar/testkit/mesh-pair.ts";
import { type FinishedRun, runPlan } from "@nightjar/testkit/runs.ts";
import { NUMBER_HEADER } from "./judging.ts";

const CONNECTIONS = 24;

function measure(mesh: MeshPair, name: string): Promise<FinishedRun> {
  const plan = {
    name,
    targets: [{ url: `${mesh.url}/` }],
    load: { rate: 400, requests: 1200, connections: CONNECTIONS, arrivals: "poisson" as const },
    numberHeader: NUMBER_HEADER,
  };
  return runPlan(plan, { workers: 2 });
}

/** A counter of the listener that the clients of the mesh speak to. */
function ofListener(stats: Map<string, number>, counter: string): number {
  const pattern = new RegExp(`^http\\.(?!admin).*\\.${counter}$`);
  const found = [...stats].filter(([name]) => pattern.test(name));
  expect(found.length).toBe(1);
  return found[0][1];
}

describe("two sidecars with mutual TLS", () => {
  let origin: ChildOrigin;
  beforeAll(async () => {
    origin = await startChildOrigin("--log");
  });
  afterAll(() => origin.stop());

  test("sent = the origin's log = what Envoy passed on, over as many connections", async () => {
    const mesh = await startMeshPair({ originPort: origin.port });
    try {
      const { result } = await measure(mesh, "through Envoy");
      const numbers = (await readOriginLog(origin.url)).map((row) => row.number);
      const client = await mesh.clientStats();
      const server = await mesh.serverStats();
      const { sent, failed, completed } = result.accounting;
      expect({ failed, completed }).toEqual({ failed: 0, completed: sent });
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_, i) => i));
      expect(client.get("cluster.server_sidecar.upstream_rq_total")).toBe(sent);
      expect(server.get("cluster.origin.upstream_rq_total")).toBe(sent);
      expect(client.get("cluster.server_sidecar.upstream_rq_retry")).toBe(0);
      expect(server.get("cluster.origin.upstream_rq_retry")).toBe(0);
      expect(ofListener(client, "downstream_cx_total")).toBe(result.connections.opened ?? -1);
      expect(result.connections.opened).toBe(CONNECTIONS);
    } finally {
      await mesh.stop();
    }
  }, 120_000);

  test("the 503s of a fault filter are counted one by one", async () => {
    const mesh = await startMeshPair({ originPort: origin.port, fault503Percent: 10 });
    try {
      await fetch(new URL("/.control/log", origin.url), { method: "DELETE" });
      const { result } = await measure(mesh, "with a fault filter");
      const client = await mesh.clientStats();
      const faults = ofListener(client, "fault\\.aborts_injected");
      const arrived = (await readOriginLog(origin.url)).length;
      const { sent } = result.accounting;
      expect(faults).toBeGreaterThan(0);
      expect(result.statusCodes).toEqual({ 200: sent - faults, 503: faults });
      expect(result.errors).toEqual({ "status-503": faults });
      expect(result.populations).toEqual({ ok: sent - faults, error: faults, unanswered: 0 });
      expect(result.latencyMs.response.count).toBe(sent - faults);
      expect(result.latencyMs.errorResponse.count).toBe(faults);
      expect(arrived).toBe(sent - faults);
    } finally {
      await mesh.stop();
    }
  }, 120_000);

  test("what Envoy says of its upstream and the way to it add up to the service", async () => {
    const mesh = await startMeshPair({ originPort: origin.port });
    try {
      const plan = {
        targets: [{ url: `${mesh.url}/?delay=5ms` }],
        load: { rate: 200, requests: 400, connections: CONNECTIONS },
        recordHeaders: ["x-envoy-upstream-service-time:ms"],
      };
      const { result } = await runPlan(plan);
      const { completed } = result.accounting;
      const { recorded, missing, valueMs, overheadMs } =
        result.recorded["x-envoy-upstream-service-time"];
      expect({ recorded, missing, completed }).toEqual({
        recorded: 400,
        missing: 0,
        completed: 400,
      });
      expect(valueMs.min).toBeGreaterThanOrEqual(5);
      expect(overheadMs.count).toBe(400);
      const sum = (valueMs.mean as number) + (overheadMs.mean as number);
      expect(sum).toBeCloseTo(result.latencyMs.service.mean as number, 4);
    } finally {
      await mesh.stop();
    }
  }, 120_000);
});
