import { afterAll, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileTail } from "./file-tail.ts";
import { Lines } from "./lines.ts";

const folder = mkdtempSync(join(tmpdir(), "nightjar-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("all that is written is read, once, as it comes", () => {
  const path = join(folder, "log");
  const tail = new FileTail(path);
  const seen: string[] = [];
  const lines = new Lines((line) => seen.push(line));
  const read = () => tail.read((piece) => lines.add(piece.toString("latin1")));
  read();
  expect(seen).toEqual([]);
  appendFileSync(path, "one\ntw");
  read();
  expect([seen, lines.isCut]).toEqual([["one"], true]);
  appendFileSync(path, "o\n\nthree\n");
  read();
  read();
  tail.close();
  expect([seen, lines.isCut]).toEqual([["one", "two", "", "three"], false]);
});

test("what was read takes little space, and nothing of the rest is lost", () => {
  const path = join(folder, "large");
  const tail = new FileTail(path);
  const part = Buffer.alloc(8 * 1024 * 1024, "x");
  let bytes = 0;
  for (let at = 0; at < 8; at++) {
    appendFileSync(path, part);
    tail.read((piece) => {
      expect(piece.every((byte) => byte === 120)).toBe(true);
      bytes += piece.length;
    });
  }
  tail.close();
  expect(bytes).toBe(8 * part.length);
  const { size, blocks } = statSync(path);
  expect(size).toBe(bytes);
  // Not every file system can give space back.
  if (process.platform === "linux") expect(blocks * 512).toBeLessThanOrEqual(size);
});
