/** The server of known behaviour: HTTP/1.1 on raw sockets, cleartext or TLS. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { TCPSocketListener } from "bun";
import { type Certificate, makeCertificate } from "./certificate.ts";
import { Connection, type House } from "./connection.ts";
import { Control } from "./control.ts";
import { LOG_ROWS_MAX, OriginLog } from "./log.ts";
import { ConfigBook } from "./nighthawk-answer.ts";
import { RequestParser } from "./parser.ts";
import { RecipeBook } from "./recipe.ts";
import { Responder } from "./responder.ts";
import { Stats } from "./stats.ts";

export interface OriginOptions {
  /** 127.0.0.1 */
  hostname?: string;
  /** 0: any free one. */
  port?: number;
  tls?: boolean;
  /** The header that carries the exchange number: x-nightjar-number. */
  numberHeader?: string;
  /** For requests that name no behaviour themselves. */
  behaviour?: string;
  seed?: number;
  /** Keep a row of every request. */
  log?: boolean;
}

export interface Origin {
  url: string;
  port: number;
  certificatePem: string | undefined;
  log: OriginLog;
  /** Ends all connections at once. */
  stop(): Promise<void>;
}

function buildHouse(options: OriginOptions): House {
  const stats = new Stats();
  const log = new OriginLog(options.log ? LOG_ROWS_MAX : 0);
  return {
    parser: new RequestParser(options.numberHeader ?? "x-nightjar-number"),
    recipes: new RecipeBook(options.behaviour ?? ""),
    configs: new ConfigBook(),
    responder: new Responder(options.seed ?? 1, log, stats),
    control: new Control(log, stats),
    log,
    stats,
  };
}

function listen(
  house: House,
  hostname: string,
  port: number,
  certificate: Certificate | undefined,
): TCPSocketListener<Connection> {
  let connections = 0;
  return Bun.listen<Connection>({
    hostname,
    port,
    tls: certificate && { cert: certificate.certificatePem, key: certificate.keyPem },
    // A client that shuts down its side after the request still gets its answer.
    allowHalfOpen: true,
    socket: {
      open(socket) {
        socket.setNoDelay(true);
        // Bun 1.4.5 arms 120 s of its own accord, which no traffic puts off.
        socket.timeout(0);
        socket.data = new Connection(socket, ++connections, house);
      },
      data: (socket, chunk) => socket.data.receive(chunk),
      drain: (socket) => socket.data?.drained(),
      // Before `open`, in a TLS handshake that never came to its end, there is no Connection.
      end(socket) {
        if (socket.data) socket.data.ended();
        else socket.end();
      },
      timeout: (socket) => socket.terminate(),
      close: (socket) => socket.data?.closed(),
    },
  });
}

function tryListen(
  house: House,
  options: OriginOptions,
  certificate?: Certificate,
): TCPSocketListener<Connection> {
  const hostname = options.hostname ?? "127.0.0.1";
  const port = options.port ?? 0;
  try {
    return listen(house, hostname, port, certificate);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NightjarError("prepare-failed", `cannot listen on ${hostname}:${port}: ${reason}`);
  }
}

/** Throws NightjarError when the behaviour is not one or the address cannot be had. */
export async function startOrigin(options: OriginOptions = {}): Promise<Origin> {
  const house = buildHouse(options);
  const certificate = options.tls ? await makeCertificate() : undefined;
  const listener = tryListen(house, options, certificate);
  const host = listener.hostname.includes(":") ? `[${listener.hostname}]` : listener.hostname;
  return {
    url: `${certificate ? "https" : "http"}://${host}:${listener.port}`,
    port: listener.port,
    certificatePem: certificate?.certificatePem,
    log: house.log,
    async stop() {
      house.responder.stop();
      listener.stop(true);
    },
  };
}
