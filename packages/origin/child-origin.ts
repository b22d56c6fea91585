/**
 * For tests: an origin in a process of its own, and a raw client that says exactly what it is told
 * to.
 */
import { connect, type Socket } from "node:net";

const MAIN = new URL("./main.ts", import.meta.url).pathname;
const PATIENCE_MS = 10_000;

export interface ChildOrigin {
  url: string;
  port: number;
  stop(): Promise<number>;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("\n")) break;
  }
  return text.split("\n", 1)[0];
}

/** Resolves when it listens; `stop` ends it with SIGTERM and gives its exit code. */
export async function startChildOrigin(...flags: string[]): Promise<ChildOrigin> {
  const child = Bun.spawn([process.execPath, MAIN, "--port", "0", ...flags], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const line = await firstLine(child.stdout);
  const url = /^testserver listening on (\S+)$/.exec(line)?.[1];
  if (url === undefined) {
    child.kill();
    throw new Error(`the origin said "${line}"`);
  }
  const stop = () => {
    child.kill();
    return child.exited;
  };
  return { url, port: Number(new URL(url).port), stop };
}

export interface Conversation {
  socket: Socket;
  /** What has been received so far. */
  text(): string;
  /** Resolves with the text when it matches; throws when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
  /** Resolves when the connection is over: "end" by FIN, or the code of its error. */
  over: Promise<string>;
}

/** Opens a connection and sends the pieces, each in a segment of its own. */
export function converse(port: number, ...pieces: string[]): Conversation {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let text = "";
  let verdict = "end";
  socket.on("data", (chunk) => (text += chunk.toString("latin1")));
  socket.on("error", (error: NodeJS.ErrnoException) => (verdict = error.code ?? "error"));
  const over = new Promise<string>((resolve) => socket.on("close", () => resolve(verdict)));
  socket.on("connect", async () => {
    for (const piece of pieces) {
      socket.write(piece, "latin1");
      if (pieces.length > 1) await Bun.sleep(2);
    }
  });
  return {
    socket,
    text: () => text,
    until: (pattern) => matching(socket, () => text, pattern),
    over,
  };
}

function matching(socket: Socket, text: () => string, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`only: ${text()}`)), PATIENCE_MS);
    const settle = (done: () => void) => {
      clearTimeout(timer);
      socket.off("data", look).off("close", giveUp);
      done();
    };
    const look = () => {
      if (pattern.test(text())) settle(() => resolve(text()));
    };
    const giveUp = () => settle(() => reject(new Error(`closed after: ${text()}`)));
    socket.on("data", look).on("close", giveUp);
    look();
  });
}

/** A request with nothing but a Host. */
export function get(target: string, ...headers: string[]): string {
  return `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers.map((h) => `${h}\r\n`).join("")}\r\n`;
}

/** Sends the pieces and waits until the origin closes: what it said, and how it closed. */
export async function exchange(port: number, ...pieces: string[]): Promise<[string, string]> {
  const conversation = converse(port, ...pieces);
  const verdict = await conversation.over;
  return [conversation.text(), verdict];
}
