import { expect, test } from "bun:test";
import { Board } from "./board.ts";

interface Screen {
  columns: number;
  rows: number;
}

function boardOn(screen: Screen): { board: Board; said: () => string } {
  let text = "";
  const canvas = () => ({ ...screen, color: false });
  const board = new Board(canvas, (part) => {
    text += part;
  });
  const said = () => {
    const whole = text;
    text = "";
    return whole.replaceAll("\u001b[", "^");
  };
  return { board, said };
}

test("draws over what it drew before", () => {
  const { board, said } = boardOn({ columns: 80, rows: 24 });
  board.draw(["one", "two"]);
  expect(said()).toBe("\r^2Kone\n^2Ktwo\n^J");
  board.draw(["three"]);
  expect(said()).toBe("\r^2A^2Kthree\n^J");
  board.draw(["four", "five"]);
  expect(said()).toBe("\r^1A^2Kfour\n^2Kfive\n^J");
});

test("leaves nothing behind, and is clear but once", () => {
  const { board, said } = boardOn({ columns: 80, rows: 24 });
  board.clear();
  expect(said()).toBe("");
  board.draw(["one", "two"]);
  said();
  board.clear();
  expect(said()).toBe("\r^2A^J");
  board.clear();
  expect(said()).toBe("");
});

test("a terminal that became narrower has wrapped its lines", () => {
  const screen = { columns: 80, rows: 24 };
  const { board, said } = boardOn(screen);
  board.draw(["\u001b[1mx\u001b[0m".padEnd(80 + 8, "x"), "y".repeat(40), "", "z".repeat(41)]);
  said();
  screen.columns = 40;
  board.clear();
  expect(said()).toBe("\r^6A^J");
});

test("goes up no further than the terminal is high", () => {
  const { board, said } = boardOn({ columns: 10, rows: 5 });
  board.draw(["x".repeat(100)]);
  said();
  board.clear();
  expect(said()).toBe("\r^4A^J");
});
