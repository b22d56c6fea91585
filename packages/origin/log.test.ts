import { expect, test } from "bun:test";
import { decodeOriginLog, OriginLog, UNLOGGED } from "./log.ts";

test("rows come back as they went in, over many blocks", () => {
  const log = new OriginLog();
  const rows = 70_000;
  for (let k = 0; k < rows; k++) {
    const place = log.arrive(k, 1, 1e15 + k);
    log.draw(place, k, 1e15 + 2 * k);
    log.depart(place, 1e15 + 3 * k, 200);
  }
  const decoded = decodeOriginLog(log.encode());
  expect(decoded.length).toBe(rows);
  expect(decoded[69_999]).toEqual({
    number: 69_999,
    connection: 1,
    arrivalNs: 1e15 + 69_999,
    departureNs: 1e15 + 3 * 69_999,
    virtualDepartureNs: 1e15 + 2 * 69_999,
    drawnServiceNs: 69_999,
    status: 200,
  });
});

test("a departure of before the clearing writes into no new row", () => {
  const log = new OriginLog();
  const old = log.arrive(1, 1, 10);
  log.clear();
  const place = log.arrive(2, 1, 20);
  log.depart(old, 30, 200);
  expect(log.rows()).toMatchObject([{ number: 2, departureNs: 0, status: 0 }]);
  log.depart(place, 40, 404);
  expect(log.rows()).toMatchObject([{ number: 2, departureNs: 40, status: 404 }]);
});

test("a full log counts what it drops", () => {
  const log = new OriginLog(1);
  expect([log.arrive(0, 1, 1), log.arrive(1, 1, 2), log.arrive(2, 1, 3)]).toEqual([
    0,
    UNLOGGED,
    UNLOGGED,
  ]);
  log.depart(UNLOGGED, 9, 200);
  expect([log.length, log.rowsDropped]).toEqual([1, 2]);
  expect(log.rows()[0].status).toBe(0);
});

test("bytes that are not whole rows are refused", () => {
  expect(() => decodeOriginLog(new Uint8Array(57))).toThrow("whole rows");
});
