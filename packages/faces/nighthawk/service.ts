/** Nighthawk's service on our engine: gRPC over cleartext HTTP/2, as upstream's clients speak. */
import { timingSafeEqual } from "node:crypto";
import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { NightjarError } from "@nightjar/core/errors.ts";
import { NighthawkService } from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";
import type { SessionHouse } from "./session.ts";
import { Bench, ExecutionStream } from "./stream.ts";

/** Options hold labels, headers and endpoints: no more than this. */
const MOST_REQUEST_BYTES = 16 * 1024 * 1024;

export interface ServiceOptions extends SessionHouse {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Who does not bring it is refused; absent: anybody may come. */
  readonly token?: string;
}

export interface RunningService {
  readonly port: number;
  /** Ends every call and what runs on its behalf. */
  close(): Promise<void>;
}

/** Throws `prepare-failed` when the address cannot be had. */
export async function startNighthawkService(options: ServiceOptions): Promise<RunningService> {
  const handler = connectNodeAdapter({
    grpc: true,
    grpcWeb: false,
    connect: false,
    readMaxBytes: MOST_REQUEST_BYTES,
    routes: (router) => addRoutes(router, options),
  });
  const server = createServer(handler);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  const port = await listen(server, options);
  return {
    port,
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function addRoutes(router: ConnectRouter, options: ServiceOptions): void {
  const bench = new Bench();
  router.service(NighthawkService, {
    executionStream(requests, context) {
      demandToken(options.token, context);
      return new ExecutionStream(bench, options).serve(requests, context.signal);
    },
  });
}

function demandToken(token: string | undefined, { requestHeader }: HandlerContext): void {
  if (token === undefined) return;
  const brought = requestHeader.get("authorization") ?? "";
  if (isSame(brought, `Bearer ${token}`)) return;
  throw new ConnectError(
    "this service wants its token: authorization: Bearer …",
    Code.Unauthenticated,
  );
}

/** Takes as long whatever of it is wrong. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => new Bun.CryptoHasher("sha256").update(text).digest());
  return timingSafeEqual(left, right);
}

function listen(server: Http2Server, { host, port }: ServiceOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const what = `cannot listen on ${host}:${port}: ${error.message}`;
      reject(new NightjarError("prepare-failed", what));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
