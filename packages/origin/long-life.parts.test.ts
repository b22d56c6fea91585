/** A connection that lives for longer than two minutes, which is when Bun would end it. */
import { expect, test } from "bun:test";
import { converse, get, startChildOrigin } from "./child-origin.ts";

const LIFE_S = 130;

test(
  "a connection is kept for as long as its client keeps it, busy or idle",
  async () => {
    const origin = await startChildOrigin();
    const [busy, idle] = [converse(origin.port, get("/")), converse(origin.port, get("/"))];
    await Promise.all([busy, idle].map((one) => one.until(/OK\n/)));
    for (let s = 10; s <= LIFE_S; s += 10) {
      await Bun.sleep(10_000);
      busy.socket.write(get("/"));
    }
    idle.socket.write(get("/"));
    const answers = (count: number) => new RegExp(`(OK\\n[\\s\\S]*){${count}}`);
    await busy.until(answers(1 + LIFE_S / 10));
    await idle.until(answers(2));
    for (const { socket } of [busy, idle]) {
      expect(socket.readyState).toBe("open");
      socket.destroy();
    }
    await origin.stop();
  },
  (LIFE_S + 30) * 1000,
);
