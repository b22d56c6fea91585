/**
 * For tests: a client of Nighthawk's service on gRPC's own C core (Python's grpcio), with stubs
 * that protoc makes of our .proto files. So service and client have nothing in common but those.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel } from "@nightjar/core/run/channel.ts";
import { requirePart } from "./parts.ts";

const PROTO = new URL("../wire/proto", import.meta.url).pathname;
const SCRIPT = new URL("nighthawk_client.py", import.meta.url).pathname;

/** In protobuf's JSON, by the names of the .proto files. */
export type Message = Readonly<Record<string, unknown>>;

export interface GrpcStatus {
  readonly status: string;
  readonly details: string;
}

export interface GrpcStubs {
  /** A client in a process of its own; `address` is HOST:PORT. */
  client(address: string): GrpcClient;
  remove(): void;
}

/** Throws `MissingPart`. */
export async function makeStubs(): Promise<GrpcStubs> {
  const python = requirePart("grpcio");
  const folder = mkdtempSync(join(tmpdir(), "nightjar-stubs-"));
  const files = [...new Bun.Glob("**/*.proto").scanSync(PROTO)];
  const options = [`-I${PROTO}`, `--python_out=${folder}`, `--grpc_python_out=${folder}`];
  const protoc = Bun.spawn([python, "-m", "grpc_tools.protoc", ...options, ...files], {
    stderr: "pipe",
  });
  const [said, code] = await Promise.all([protoc.stderr.text(), protoc.exited]);
  if (code !== 0) throw new Error(`protoc ended with code ${code}: ${said}`);
  return {
    client: (address) => new GrpcClient([python, SCRIPT, folder, address]),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export class GrpcClient {
  private readonly child;
  private readonly calls = new Map<string, GrpcCall>();

  constructor(command: string[]) {
    this.child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
    void this.read();
  }

  call(): GrpcCall {
    const name = String(this.calls.size);
    const call = new GrpcCall((command) => {
      this.child.stdin.write(`${JSON.stringify({ call: name, ...command })}\n`);
      this.child.stdin.flush();
    });
    this.calls.set(name, call);
    return call;
  }

  /** One start and its response, as upstream's client does it. */
  async execute(options: Message): Promise<Message> {
    const call = this.call().start(options).end();
    const { responses, status } = await call.rest();
    if (status.status !== "OK") throw new Error(`${status.status}: ${status.details}`);
    if (responses.length !== 1) throw new Error(`one response is due, not ${responses.length}`);
    return responses[0];
  }

  async close(): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of this.child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() as string;
      for (const line of lines) this.hear(JSON.parse(line));
    }
    const gone = { status: "GONE", details: "the client has ended" };
    for (const call of this.calls.values()) call.hear(gone);
  }

  private hear({ call, ...said }: { call: string } & (GrpcStatus | { response: Message })): void {
    this.calls.get(call)?.hear(said as GrpcStatus | { response: Message });
  }
}

export class GrpcCall {
  private readonly heard = new Channel<GrpcStatus | { response: Message }>();
  private readonly reader = this.heard[Symbol.asyncIterator]();

  constructor(private readonly say: (command: Message) => void) {}

  hear(what: GrpcStatus | { response: Message }): void {
    this.heard.push(what);
  }

  send(request: Message): this {
    this.say({ send: request });
    return this;
  }

  start(options: Message): this {
    return this.send({ start_request: { options } });
  }

  /** Nothing more is asked. */
  end(): this {
    this.say({ end: true });
    return this;
  }

  /** Leaves the call. */
  cancel(): void {
    this.say({ cancel: true });
  }

  /** A response, or how the call has ended. */
  async next(): Promise<GrpcStatus | { response: Message }> {
    return (await this.reader.next()).value;
  }

  async rest(): Promise<{ responses: Message[]; status: GrpcStatus }> {
    const responses: Message[] = [];
    for (;;) {
      const one = await this.next();
      if ("status" in one) return { responses, status: one };
      responses.push(one.response);
    }
  }
}
