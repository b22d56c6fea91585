/** A real nats-server with a store of its own, that can be killed and started again on both. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";
import { requirePart } from "./parts.ts";
import { freePort, type RunningProcess, startProcess } from "./processes.ts";

export interface NatsUser {
  user: string;
  password: string;
  /** Subjects; absent: all. */
  mayPublish?: readonly string[];
  maySubscribe?: readonly string[];
  /** Answers whoever asks it, wherever the answer is wanted. */
  mayRespond?: boolean;
}

export interface NatsServerOptions {
  /** With file storage. Default: true. */
  jetStream?: boolean;
  /** Of its streams, where there are others beyond a leaf node. */
  domain?: string;
  /** All that the store may hold. */
  storeBytes?: number;
  maxPayloadBytes?: number;
  token?: string;
  users?: readonly NatsUser[];
  tls?: KeyPair;
  /** Lines of its configuration, as they are. */
  more?: string;
}

export interface NatsServer {
  readonly port: number;
  /** `nats://127.0.0.1:PORT`; with `tls` `tls://`. No secrets. */
  readonly url: string;
  readonly pid: number;
  /** Started, and neither killed nor stopped since. */
  readonly isRunning: boolean;
  /** SIGKILL: nothing is tidied up. Returns when it is gone. */
  kill(): Promise<void>;
  /** After `kill`: on the same port, with the same store. Returns when it is ready. */
  start(): Promise<void>;
  /** What it has written since it was last started. */
  log(): string;
  /** Ends it and removes its store. */
  stop(): Promise<void>;
}

class RunningNats implements NatsServer {
  readonly port = freePort();
  isRunning = false;
  private server: RunningProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), "nightjar-nats-"));

  constructor(
    private readonly program: string,
    private readonly options: NatsServerOptions,
  ) {
    writeFileSync(this.config, configuration(this.port, join(this.folder, "store"), options));
  }

  get url(): string {
    return `${this.options.tls ? "tls" : "nats"}://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.running.pid;
  }

  log(): string {
    return this.running.stderr();
  }

  async start(): Promise<void> {
    this.server = await startProcess({
      name: "nats-server",
      command: [this.program, "-c", this.config],
      ready: { line: /Server is ready/ },
    });
    this.isRunning = true;
  }

  async kill(): Promise<void> {
    this.isRunning = false;
    process.kill(this.pid, "SIGKILL");
    await this.running.exited;
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get config(): string {
    return join(this.folder, "nats.conf");
  }

  private get running(): RunningProcess {
    if (!this.server) throw new Error("this nats-server was not started");
    return this.server;
  }
}

/** @throws MissingPart */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const server = new RunningNats(requirePart("nats-server"), options);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function configuration(port: number, store: string, options: NatsServerOptions): string {
  const { jetStream = true, storeBytes, maxPayloadBytes, token, users, tls, more } = options;
  const domain = options.domain === undefined ? "" : `, domain: ${options.domain}`;
  const limit = storeBytes === undefined ? domain : `${domain}, max_file_store: ${storeBytes}`;
  const lines = [
    `listen: "127.0.0.1:${port}"`,
    jetStream && `jetstream { store_dir: "${store}"${limit} }`,
    maxPayloadBytes !== undefined && `max_payload: ${maxPayloadBytes}`,
    token !== undefined && `authorization { token: "${token}" }`,
    users && `authorization { users: [ ${users.map(userLine).join(", ")} ] }`,
    tls && `tls { cert_file: "${tls.certificate}", key_file: "${tls.key}" }`,
    more,
  ];
  return `${lines.filter((line) => line).join("\n")}\n`;
}

function userLine(one: NatsUser): string {
  const { user, password, mayPublish, maySubscribe, mayRespond } = one;
  const publish = mayPublish && `publish: ${JSON.stringify(mayPublish)}`;
  const subscribe = maySubscribe && `subscribe: ${JSON.stringify(maySubscribe)}`;
  const respond = mayRespond && "allow_responses: true";
  const permissions = [publish, subscribe, respond].filter((line) => line).join(", ");
  return `{ user: "${user}", password: "${password}", permissions: { ${permissions} } }`;
}
