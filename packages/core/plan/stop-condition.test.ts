import { expect, test } from "bun:test";
import { parseStopCondition } from "./stop-condition.ts";

test.each([
  ["errors > 10% for 3x", 18, "whole seconds"],
  ["errors > 10% for 1500ms", 18, "whole seconds"],
  ["errors > 10% for 0s", 18, "whole seconds"],
  ["errors > 10% for 2h", 18, "whole seconds"],
  ["errors > 10% for", 17, "found nothing"],
  ["errrs > 10% for 3s", 1, '(did you mean "errors"?)'],
  ["errors for 3s", 1, "METRIC OPERATOR LIMIT"],
])("%j is refused at column %d", (text, column, message) => {
  expect(() => parseStopCondition(text, "stopOn[0]")).toThrow(`column ${column}: `);
  expect(() => parseStopCondition(text, "stopOn[0]")).toThrow(message);
});

test("for one minute and a half", () => {
  expect(parseStopCondition("p99 > 1s for 1m30s").seconds).toBe(90);
});
