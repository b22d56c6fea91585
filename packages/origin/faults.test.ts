/** Behaviours that are faults: no answer, half an answer, a torn connection. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ChildOrigin, converse, exchange, get, startChildOrigin } from "./child-origin.ts";
import { readOriginLog } from "./log-reader.ts";

let origin: ChildOrigin;
beforeAll(async () => {
  origin = await startChildOrigin("--log", "--seed", "3");
});
afterAll(() => origin.stop());

test("reset tears the connection, after the answers before it", async () => {
  const conversation = converse(origin.port, get("/"));
  await conversation.until(/OK\n/);
  conversation.socket.write(get("/?reset=100"));
  expect(await conversation.over).toBe("ECONNRESET");
});

test("silence reads the request and answers neither it nor those behind it", async () => {
  const conversation = converse(origin.port, get("/", "X-Nightjar-Number: 70"));
  await conversation.until(/OK\n/);
  const silent = get("/?silence=100", "X-Nightjar-Number: 71");
  conversation.socket.write(silent + get("/", "X-Nightjar-Number: 72"));
  const logged = async () => (await readOriginLog(origin.url)).filter(({ number }) => number >= 70);
  while ((await logged()).length < 3) await Bun.sleep(10);
  await Bun.sleep(60);
  expect(conversation.text().match(/HTTP/g)?.length).toBe(1);
  expect(conversation.socket.readyState).toBe("open");
  const rows = await logged();
  expect(rows.map(({ status }) => status)).toEqual([200, 0, 0]);
  expect(rows[1].arrivalNs).toBeGreaterThan(0);
  expect(rows[1].departureNs).toBe(0);
  conversation.socket.end();
  expect(await conversation.over).toBe("end");
});

test("abort closes in the middle of the body", async () => {
  const [text, verdict] = await exchange(origin.port, get("/?abort=100&size=1000"));
  expect(text).toContain("Content-Length: 1000\r\n");
  expect(text.split("\r\n\r\n")[1]).toBe("x".repeat(500));
  expect(verdict).toBe("end");
});

async function statusOf(number: number, behaviour: string): Promise<number> {
  const headers = { "x-nightjar-number": String(number) };
  return (await fetch(`${origin.url}/?${behaviour}`, { headers })).status;
}

test("the same numbers draw the same statuses, in whatever order they come", async () => {
  const numbers = Array.from({ length: 200 }, (_, number) => number);
  const forward = await Promise.all(numbers.map((n) => statusOf(n, "status=503:30,404:10")));
  const backward = await Promise.all(
    numbers.toReversed().map((n) => statusOf(n, "status=503:30,404:10&delay=1ms:50")),
  );
  expect(backward.toReversed()).toEqual(forward);
  expect(new Set(forward)).toEqual(new Set([200, 404, 503]));
});
