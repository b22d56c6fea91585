/**
 * What the origin saw and did, one row per request, in the order of arrival.
 *
 * As bytes (`GET /.control/log`) a row is seven little-endian float64, in the order of ROW; nothing
 * else. Blocks are never copied to grow: copying a million rows would stop the server for
 * milliseconds.
 */

/** The columns of a row; times are CLOCK_MONOTONIC in nanoseconds. */
export const ROW = {
  number: 0,
  connection: 1,
  arrivalNs: 2,
  departureNs: 3,
  virtualDepartureNs: 4,
  drawnServiceNs: 5,
  status: 6,
} as const;
export const ROW_COLUMNS = 7;
export const LOG_ROWS_MAX = 2 ** 21;
const BLOCK_ROWS = 2 ** 15;

export interface OriginRow {
  /** The exchange number, −1 where the request had none. */
  number: number;
  /** Counts the connections of this origin from 1. */
  connection: number;
  /** When the last byte of the request had been read. */
  arrivalNs: number;
  /** When the first byte of the answer was about to be handed to the kernel; 0: never. */
  departureNs: number;
  /** When the answer was due by the drawn delay or by the queue; 0: neither. */
  virtualDepartureNs: number;
  /** The delay, or the service time in the queue, that was drawn. */
  drawnServiceNs: number;
  /** 0: not answered. */
  status: number;
}

/** The place of a request that the log did not take. */
export const UNLOGGED = -1;

export class OriginLog {
  private blocks: Float64Array[] = [];
  private rowsKept = 0;
  /** The place of the first kept row; places go on counting when the log is cleared. */
  private firstPlace = 0;
  /** Requests that came when the log was full. */
  rowsDropped = 0;

  /** `rowsMax` 0: a log that takes nothing. */
  constructor(readonly rowsMax = LOG_ROWS_MAX) {}

  get length(): number {
    return this.rowsKept;
  }

  /** The place of the new row, for the calls below, or UNLOGGED. */
  arrive(number: number, connection: number, arrivalNs: number): number {
    if (this.rowsKept >= this.rowsMax) return this.drop();
    const at = this.rowsKept % BLOCK_ROWS;
    if (at === 0) this.blocks.push(new Float64Array(BLOCK_ROWS * ROW_COLUMNS));
    const block = this.blocks[this.blocks.length - 1];
    const cell = at * ROW_COLUMNS;
    block[cell + ROW.number] = number;
    block[cell + ROW.connection] = connection;
    block[cell + ROW.arrivalNs] = arrivalNs;
    return this.firstPlace + this.rowsKept++;
  }

  draw(place: number, drawnServiceNs: number, virtualDepartureNs: number): void {
    this.set(place, ROW.drawnServiceNs, drawnServiceNs);
    this.set(place, ROW.virtualDepartureNs, virtualDepartureNs);
  }

  depart(place: number, departureNs: number, status: number): void {
    this.set(place, ROW.departureNs, departureNs);
    this.set(place, ROW.status, status);
  }

  clear(): void {
    this.firstPlace += this.rowsKept;
    this.rowsKept = 0;
    this.rowsDropped = 0;
    this.blocks = [];
  }

  encode(): Buffer {
    const bytes = Buffer.concat(
      this.blocks.map((block) => new Uint8Array(block.buffer, block.byteOffset, block.byteLength)),
    );
    return bytes.subarray(0, this.rowsKept * ROW_COLUMNS * 8);
  }

  rows(): OriginRow[] {
    return decodeOriginLog(this.encode());
  }

  private drop(): number {
    if (this.rowsMax > 0) this.rowsDropped++;
    return UNLOGGED;
  }

  private set(place: number, column: number, value: number): void {
    const row = place - this.firstPlace;
    if (row < 0) return;
    this.blocks[Math.floor(row / BLOCK_ROWS)][(row % BLOCK_ROWS) * ROW_COLUMNS + column] = value;
  }
}

/** The rows of `encode`. Throws when the bytes are not whole rows. */
export function decodeOriginLog(bytes: Uint8Array): OriginRow[] {
  const rowBytes = ROW_COLUMNS * 8;
  if (bytes.length % rowBytes !== 0) throw new Error(`${bytes.length} bytes are not whole rows`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / rowBytes }, (_, row) => decodeRow(view, row));
}

function decodeRow(view: DataView, row: number): OriginRow {
  const cell = (column: number) => view.getFloat64((row * ROW_COLUMNS + column) * 8, true);
  return {
    number: cell(ROW.number),
    connection: cell(ROW.connection),
    arrivalNs: cell(ROW.arrivalNs),
    departureNs: cell(ROW.departureNs),
    virtualDepartureNs: cell(ROW.virtualDepartureNs),
    drawnServiceNs: cell(ROW.drawnServiceNs),
    status: cell(ROW.status),
  };
}
