/** Templates are rendered into one buffer, and written over while a slow server still reads. */
import { afterEach, expect, test } from "bun:test";
import { range, runHere } from "@nightjar/testkit/runs-here.ts";
import { OK, type ScriptedServer, type ScriptOptions, scripted } from "./scripted-server.ts";

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

const PADDING = "x".repeat(4_000_000);
const BODY = `{{seq}}:${PADDING}:{{uuid}}:{{seq}}`;
/** From one digit to two. */
const REQUESTS = 14;

/** Reads a chunk, rests, reads the next; `heard` is told of each whole request. */
function slowReader(heard: (head: string, body: string) => void): ScriptOptions["onBytes"] {
  const received = new Map<unknown, { chunks: Buffer[]; bytes: number; rests: number }>();
  return (socket, chunk) => {
    const known = received.get(socket) ?? { chunks: [], bytes: 0, rests: 0 };
    received.set(socket, known);
    known.chunks.push(Buffer.from(chunk));
    known.bytes += chunk.length;
    if (known.rests++ < 10) {
      socket.pause();
      setTimeout(() => socket.resume(), 2);
    }
    const head = known.chunks[0].toString("latin1").split("\r\n\r\n", 1)[0];
    const length = Number(/^Content-Length: (\d+)$/m.exec(head)?.[1]);
    const begins = head.length + 4;
    if (known.bytes < begins + length) return;
    expect(known.bytes).toBe(begins + length);
    heard(head, Buffer.concat(known.chunks).toString("latin1", begins));
    received.delete(socket);
    socket.write(OK);
  };
}

test("each of them arrives whole, with the number of its own exchange", async () => {
  const seen: number[] = [];
  const heard = (head: string, body: string) => {
    const inPath = /^POST \/(\d+) /.exec(head)?.[1];
    const [first, padding, uuid, last] = body.split(":");
    expect([first, last]).toEqual([String(inPath), String(inPath)]);
    expect([padding === PADDING, uuid.length]).toEqual([true, 36]);
    seen.push(Number(inPath));
  };
  server = scripted(() => {}, { onBytes: slowReader(heard) });
  const result = await runHere({
    url: server.url,
    targets: [{ url: `${server.url}{{seq}}`, method: "POST", body: BODY }],
    load: { model: "closed", requests: REQUESTS, connections: 3 },
    timeout: "30s",
  });
  expect(result.errors).toEqual({});
  expect(result.bytes.sent).toBeGreaterThan(REQUESTS * PADDING.length);
  expect(seen.sort((a, b) => a - b)).toEqual(range(REQUESTS));
}, 120_000);
