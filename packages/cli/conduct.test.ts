/** A run that is interrupted before it is ready. */
import { expect, test } from "bun:test";
import { resolvePlan } from "@nightjar/core/plan/plan.ts";
import { conduct } from "./conduct.ts";
import type { Terminal } from "./terminal.ts";

const plan = resolvePlan({ targets: [{ url: "http://192.0.2.1/" }], load: { rate: 1 } });

function terminalOf(notes: string[]): Terminal {
  const note = (text: string) => void notes.push(text);
  return { print: note, note } as unknown as Terminal;
}

test("a third Ctrl-C waits for nothing that has to be cleared away", async () => {
  const notes: string[] = [];
  let cancelled = false;
  const prepare = ({ signal }: { signal: AbortSignal }) => {
    signal.addEventListener("abort", () => {
      cancelled = true;
    });
    return new Promise<never>(() => {});
  };
  const measured = conduct({ plan, prepare }, { flags: {}, terminal: terminalOf(notes) });
  for (let call = 0; call < 2; call++) process.emit("SIGINT");
  const still = Promise.resolve("still preparing");
  expect(await Promise.race([measured, still])).toBe("still preparing");
  process.emit("SIGINT");
  expect(await measured).toBeUndefined();
  expect(cancelled).toBe(true);
  expect(notes).toEqual(["nightjar: interrupted before any load was sent"]);
  expect(process.listenerCount("SIGINT")).toBe(0);
});
