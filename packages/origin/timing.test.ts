/** Times: only what no busy machine can falsify — order, and "not before". */
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { monotonicNs } from "@nightjar/host/monotonic.ts";
import { type ChildOrigin, converse, get, startChildOrigin } from "./child-origin.ts";
import { drawDurationNs, Purpose, uniform } from "./draw.ts";
import { readOriginLog } from "./log-reader.ts";

const SEED = 11;
let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log", "--seed", String(SEED));
});
afterAll(() => origin.stop());
beforeEach(async () => {
  await fetch(`${origin.url}/.control/log`, { method: "DELETE" });
});

async function ask(behaviour: string, number: number): Promise<void> {
  const headers = { "x-nightjar-number": String(number), "x-nightjar-behaviour": behaviour };
  await (await fetch(origin.url, { headers })).text();
}

test("the log has the stamps of both sides in one clock", async () => {
  const beforeNs = monotonicNs();
  await ask("delay=7ms", 42);
  const afterNs = monotonicNs();
  const [row] = await readOriginLog(origin.url);
  expect(row).toMatchObject({ number: 42, status: 200, drawnServiceNs: 7e6 });
  expect(row.arrivalNs).toBeGreaterThan(beforeNs);
  expect(row.virtualDepartureNs).toBe(row.arrivalNs + 7e6);
  expect(row.departureNs).toBeGreaterThanOrEqual(row.virtualDepartureNs);
  expect(row.departureNs).toBeLessThan(afterNs);
});

test("the arrival is that of the last byte", async () => {
  const request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab";
  const conversation = converse(origin.port, request);
  await Bun.sleep(50);
  const beforeNs = monotonicNs();
  conversation.socket.write("c");
  await conversation.until(/OK\n/);
  conversation.socket.destroy();
  expect((await readOriginLog(origin.url))[0].arrivalNs).toBeGreaterThan(beforeNs);
});

test("exponential delays are those that seed and number draw, and no answer is early", async () => {
  const numbers = Array.from({ length: 60 }, (_, number) => number);
  await Promise.all(numbers.map((number) => ask("delay=exp:6ms", number)));
  const rows = await readOriginLog(origin.url);
  const delay = { kind: "exponential", meanNs: 6e6 } as const;
  for (const row of rows) {
    const u = uniform(SEED, row.number, Purpose.delay);
    expect(row.drawnServiceNs).toBe(drawDurationNs(delay, u));
    expect(row.departureNs).toBeGreaterThanOrEqual(row.virtualDepartureNs);
  }
  expect(rows.length).toBe(60);
});

async function checkQueue(behaviour: string, requests: number): Promise<number[]> {
  const numbers = Array.from({ length: requests }, (_, number) => number);
  await Promise.all(
    numbers.map(async (number) => {
      await Bun.sleep(number * 2);
      await ask(behaviour, number);
    }),
  );
  const rows = await readOriginLog(origin.url);
  let lastNs = 0;
  for (const row of rows) {
    lastNs = Math.max(row.arrivalNs, lastNs) + row.drawnServiceNs;
    expect(row.virtualDepartureNs).toBe(lastNs);
    expect(row.departureNs).toBeGreaterThanOrEqual(lastNs);
  }
  expect(rows.length).toBe(requests);
  return rows.map((row) => row.drawnServiceNs);
}

test("mm1 follows Lindley's recursion exactly", async () => {
  const services = await checkQueue("queue=mm1:a&service=3ms", 80);
  expect(new Set(services).size).toBeGreaterThan(70);
});

test("md1 follows Lindley's recursion exactly", async () => {
  const services = await checkQueue("queue=md1:b&service=3ms", 80);
  expect(new Set(services)).toEqual(new Set([3e6]));
});

test("queues of other names do not wait for one another", async () => {
  await Promise.all([ask("queue=md1:c&service=30ms", 0), ask("queue=md1:d&service=30ms", 1)]);
  for (const row of await readOriginLog(origin.url))
    expect(row.virtualDepartureNs).toBe(row.arrivalNs + 30e6);
});

test("a frozen origin answers nothing, then everything", async () => {
  const conversation = converse(origin.port, get("/"));
  const answerBytes = (await conversation.until(/OK\n/)).length;
  const frozen = await fetch(`${origin.url}/.control/freeze?for=300ms`, { method: "POST" });
  expect([frozen.status, await frozen.text()]).toEqual([202, "Freezing.\n"]);
  const acceptedNs = monotonicNs();
  // From here on each request either comes before the freeze begins or waits for its end.
  let answers = 1;
  do {
    conversation.socket.write(get("/"));
    await conversation.until(new RegExp(`^[^]{${answerBytes * ++answers}}`));
    await Bun.sleep(2);
  } while (monotonicNs() - acceptedNs < 330e6);
  conversation.socket.destroy();
  const departuresNs = (await readOriginLog(origin.url)).map((row) => row.departureNs);
  const gapsNs = departuresNs.slice(1).map((ns, k) => ns - departuresNs[k]);
  expect(Math.max(...gapsNs)).toBeGreaterThan(290e6);
});
