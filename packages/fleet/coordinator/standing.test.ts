import { expect, test } from "bun:test";
import { type Sign, STANDINGS, type Standing, standingAfter } from "./standing.ts";

const SIGNS: readonly Sign[] = ["start", "taken", "end", "all", "silence", "lose", "release"];

/** The whole of it, as the drawing has it; `-` stays. */
const TABLE: Readonly<Record<Standing, string>> = {
  held: "starting - ending complete lost lost released",
  starting: "- started ending complete lost lost released",
  started: "- - ending complete lost lost released",
  ending: "- - - complete complete lost released",
  complete: "- - - - - - released",
  lost: "- - - - - - released",
  released: "- - - - - - -",
};

test.each(STANDINGS.map((standing) => [standing, TABLE[standing]]))("%s: %s", (standing, row) => {
  const next = SIGNS.map((sign) => standingAfter(standing as Standing, sign));
  expect(next.map((one) => (one === standing ? "-" : one)).join(" ")).toBe(row);
});

test("who is complete, lost or released is never lost again, nor complete", () => {
  for (const standing of ["complete", "lost", "released"] as const) {
    for (const sign of SIGNS)
      expect([standing, "released"]).toContain(standingAfter(standing, sign));
  }
});

test("an agent whose end came before it had acknowledged the start has ended all the same", () => {
  const course = ["start", "end", "taken", "all", "silence"] as const;
  let standing: Standing = "held";
  for (const sign of course) standing = standingAfter(standing, sign);
  expect(standing).toBe("complete");
});
