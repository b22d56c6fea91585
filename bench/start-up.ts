/**
 * From the start of the command to the arrival of its first request. The control is the same
 * runtime with a script that does nothing but send a request: what is left is ours.
 */
import { join } from "node:path";
import { runChild } from "./child.ts";
import { show } from "./claim.ts";
import type { Bench, Context, Findings } from "./context.ts";
import { type MedianInterval, medianInterval } from "./median-interval.ts";

const STARTS = 15;
const LIMIT_MS = 30_000;
const SHELL_COMMAND = join(import.meta.dir, "../nightjar");
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

interface Listener {
  readonly url: string;
  /** When the first byte of the next request comes, on `performance.now()`. */
  arrival(): Promise<number>;
  stop(): void;
}

function listen(): Listener {
  let seen: (atMs: number) => void = () => {};
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket) {
        seen(performance.now());
        socket.write(ANSWER);
      },
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    arrival: () =>
      new Promise((resolve) => {
        seen = resolve;
      }),
    stop: () => server.stop(true),
  };
}

function commandsFor(url: string): Record<string, string[]> {
  const options = ["--requests", "1", "--connections", "1", "--quiet", "--output", "json"];
  const script = `await fetch(${JSON.stringify(url)})`;
  return {
    nightjar: [SHELL_COMMAND, "run", url, "--workers", "1", ...options],
    control: [process.execPath, "--config=/dev/null", "--no-env-file", "-e", script],
  };
}

async function startMs(
  command: readonly string[],
  listener: Listener,
  signal: AbortSignal,
): Promise<number> {
  const arrival = listener.arrival();
  const beforeMs = performance.now();
  const ended = runChild(command, { limitMs: LIMIT_MS, signal }).then(({ code, err }) => {
    if (code !== 0 && code !== 98) throw new Error(`${command[0]} ended with ${code}:\n${err}`);
  });
  const [atMs] = await Promise.all([Promise.race([arrival, never(ended)]), ended]);
  return atMs - beforeMs;
}

/** Rejects with it, and does not resolve: an end alone is no arrival. */
function never(ended: Promise<void>): Promise<never> {
  return new Promise((_, reject) => ended.then(() => reject(new Error("no request came")), reject));
}

async function measureStarts({ quick, signal }: Context): Promise<Findings> {
  const listener = listen();
  const commands = Object.entries(commandsFor(listener.url));
  const times = new Map<string, number[]>(commands.map(([name]) => [name, []]));
  try {
    for (let round = 0; round < (quick ? 3 : STARTS); round++) {
      for (const [name, command] of commands)
        times.get(name)!.push(await startMs(command, listener, signal));
      process.stderr.write(".");
    }
  } finally {
    listener.stop();
  }
  return findingsOf(times);
}

function findingsOf(times: ReadonlyMap<string, readonly number[]>): Findings {
  const values: Record<string, MedianInterval> = {};
  for (const [name, list] of times) values[name] = medianInterval(list);
  return {
    lines: Object.entries(values).map(
      ([name, interval]) => `${name}: ${show(interval, 0)} ms to the first request`,
    ),
    values,
    data: Object.fromEntries(times),
  };
}

export const startUp: Bench = {
  name: "start",
  title: "start-up to the first request, beside a bare script on the same runtime",
  parts: [],
  claims: [
    {
      kind: "must",
      value: "nightjar",
      says: "start-up to the first request ≤ 500 ms",
      limit: { atMost: 500 },
      digits: 0,
    },
  ],
  run: measureStarts,
};
