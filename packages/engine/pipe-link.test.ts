import { describe, expect, test } from "bun:test";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import { linkConformance } from "@nightjar/testkit/link-conformance.ts";
import { type PipeEnds, PipeLink } from "./pipe-link.ts";

/** A pipe whose input the test pushes, and ends with `null`. */
function pipe(write: PipeEnds["write"] = () => {}) {
  let push!: (bytes: Uint8Array | null) => void;
  const input = new ReadableStream<Uint8Array>({
    start(controller) {
      push = (bytes) => (bytes ? controller.enqueue(bytes) : controller.close());
    },
  });
  const calls = { ends: 0 };
  const end = () => {
    calls.ends++;
  };
  return { link: new PipeLink({ input, write, end }), push, calls };
}

async function allOf(link: PipeLink): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of link.messages) messages.push(message);
  return messages;
}

const STOPS: Message[] = [1, 2, 3].map((call) => ({ type: "stop", reason: "r", call }));

describe("a link over a pipe", () => {
  test("reads messages whatever the pieces in which they come", async () => {
    const { link, push } = pipe();
    const bytes = Buffer.concat(STOPS.map(encodeFrame));
    for (const byte of bytes.subarray(0, 100)) push(Uint8Array.of(byte));
    push(bytes.subarray(100));
    push(null);
    expect(await allOf(link)).toEqual(STOPS);
    expect(await link.closed).toBe("the pipe ended");
  });

  test("sends nothing and ends once after it was closed", async () => {
    let writes = 0;
    const { link, calls } = pipe(() => writes++);
    link.send(STOPS[0]);
    link.close("enough");
    link.close("again");
    link.send(STOPS[1]);
    expect(await link.closed).toBe("enough");
    expect([writes, calls.ends]).toEqual([1, 1]);
    expect(await allOf(link)).toEqual([]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("EPIPE");
      },
    ],
    ["rejects", () => Promise.reject(new Error("EPIPE"))],
  ])("still hears what was said before the other side went (its write %s)", async (_, write) => {
    const { link, push } = pipe(write);
    link.send(STOPS[0]);
    await Bun.sleep(1);
    push(encodeFrame(STOPS[1]));
    push(null);
    expect(await allOf(link)).toEqual([STOPS[1]]);
    expect(await link.closed).toBe("the pipe ended");
  });

  test("closes at what is no message", async () => {
    const { link, push, calls } = pipe();
    push(encodeFrame(STOPS[0]));
    push(new TextEncoder().encode("x".repeat(1000)));
    expect(await allOf(link)).toEqual([STOPS[0]]);
    expect(await link.closed).not.toBe("the pipe ended");
    expect(calls.ends).toBe(1);
  });
});

/** A real pipe in each direction, cut where the kernel cuts it. */
linkConformance("a pair of pipes", () => {
  const [down, up] = [1, 2].map(() => Bun.spawn(["cat"], { stdin: "pipe", stdout: "pipe" }));
  const end = (input: typeof down, output: typeof down) =>
    new PipeLink({
      input: input.stdout,
      write: (bytes) => {
        output.stdin.write(bytes);
        return output.stdin.flush();
      },
      end: () => output.stdin.end(),
    });
  const [parent, child] = [end(up, down), end(down, up)];
  const dispose = async () => {
    parent.close("the test is over");
    child.close("the test is over");
    await Promise.all([down.exited, up.exited]);
  };
  return { parent, child, closesTogether: true, dispose };
});
