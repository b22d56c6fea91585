/** What Node's own HTTP client makes of the same bytes, in a process of its own. */

export interface NodeAnswer {
  readonly bytes: Uint8Array;
  readonly head: boolean;
  /** The server ends the connection after it. */
  readonly ends: boolean;
}

export interface NodeReading {
  readonly status: number;
  readonly bodyBytes: number;
  /** To its last byte. */
  readonly complete: boolean;
  /** The connection was kept for another request. */
  readonly reused: boolean;
  /** Absent where Node was content. */
  readonly error?: string;
}

const CLIENT = new URL("./node-client.mjs", import.meta.url).pathname;
const LIMIT_MS = 60_000;

/** In the order of `answers`. Node is what npm runs on, so it is there. */
export async function readByNode(answers: readonly NodeAnswer[]): Promise<NodeReading[]> {
  const sent = answers.map(({ bytes, ...rest }) => ({
    bytes: Buffer.from(bytes).toString("base64"),
    ...rest,
  }));
  const child = Bun.spawn(["node", CLIENT], {
    stdin: new Blob([JSON.stringify(sent)]),
    stdout: "pipe",
    stderr: "inherit",
    timeout: LIMIT_MS,
  });
  return JSON.parse(await child.stdout.text());
}
