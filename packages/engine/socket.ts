/**
 * The one file that touches Bun's sockets. A `SocketOwner` hears what happens to the socket that it
 * has opened last.
 */
import type { Socket, TLSOptions } from "bun";

export type { Socket };

export interface Endpoint {
  /** An address, not a name. */
  readonly address: string;
  readonly port: number;
  /** `undefined`: cleartext. */
  readonly tls: TLSOptions | undefined;
}

export interface SocketOwner {
  /** TCP stands. */
  onTcp(socket: Socket<SocketOwner>): void;
  /** Bytes may be sent: after TLS, where there is TLS. */
  onOpen(socket: Socket<SocketOwner>): void;
  onData(socket: Socket<SocketOwner>, chunk: Uint8Array): void;
  onDrain(socket: Socket<SocketOwner>): void;
  /** The peer has ended its side, or the connection is gone; may come more than once. */
  onClose(socket: Socket<SocketOwner>, error: Error | undefined): void;
  /** No connection came about. `code` as the system spells it: ECONNREFUSED. */
  onConnectError(code: string, message: string): void;
  /** The handshake failed: certificate, name or protocol. */
  onTlsError(socket: Socket<SocketOwner>, message: string): void;
}

const handlersCleartext = {
  open(socket: Socket<SocketOwner>) {
    socket.setNoDelay(true);
    socket.data.onTcp(socket);
    socket.data.onOpen(socket);
  },
  data(socket: Socket<SocketOwner>, chunk: Buffer) {
    socket.data.onData(socket, chunk);
  },
  drain(socket: Socket<SocketOwner>) {
    socket.data.onDrain(socket);
  },
  end(socket: Socket<SocketOwner>) {
    socket.data.onClose(socket, undefined);
  },
  close(socket: Socket<SocketOwner>, error?: Error) {
    socket.data.onClose(socket, error);
  },
  /** What a handler of ours has thrown comes here too: a fault of the program, which crashes. */
  error(socket: Socket<SocketOwner>, error: Error) {
    if (isOfTheNetwork(error)) socket.data.onClose(socket, error);
    else setImmediate(() => crash(error));
  },
  connectError(socket: Socket<SocketOwner>, error: Error) {
    // Not at once: a connect that fails while it begins would recurse through the whole backlog.
    setImmediate(() => socket.data.onConnectError(codeOf(error), error.message));
  },
};

type Verify = (socket: Socket<SocketOwner>, success: boolean) => boolean;

function handlersTls(isGood: Verify) {
  return {
    ...handlersCleartext,
    open(socket: Socket<SocketOwner>) {
      socket.setNoDelay(true);
      socket.data.onTcp(socket);
    },
    handshake(socket: Socket<SocketOwner>, success: boolean, error: Error | null) {
      if (isGood(socket, success)) socket.data.onOpen(socket);
      else socket.data.onTlsError(socket, tlsMessage(error));
    },
  };
}

const handlersVerified = handlersTls((_, success) => success);
/** A wrong name fails it even so (Bun 1.4.5), but a cipher tells that it came to its end. */
const handlersInsecure = handlersTls((socket) => Boolean(socket.getCipher()?.name));

function handlersFor({ tls }: Endpoint) {
  if (!tls) return handlersCleartext;
  return tls.rejectUnauthorized === false ? handlersInsecure : handlersVerified;
}

/** Errors of the system have a code. So have some of the runtime's own, for wrong arguments. */
function isOfTheNetwork(error: Error): boolean {
  const isOurs = error instanceof TypeError || error instanceof RangeError;
  return !isOurs && typeof (error as Error & { code?: string }).code === "string";
}

function crash(error: Error): never {
  throw error;
}

function codeOf(error: Error): string {
  return (error as Error & { code?: string }).code ?? "UNKNOWN";
}

function tlsMessage(error: Error | null): string {
  if (!error) return "the handshake failed";
  const code = (error as Error & { code?: string }).code;
  return code && !error.message.includes(code) ? `${code}: ${error.message}` : error.message;
}

/** Every fault reaches the owner by its handlers; the promise of Bun says nothing more. */
export function openSocket(endpoint: Endpoint, owner: SocketOwner): void {
  Bun.connect<SocketOwner>({
    hostname: endpoint.address,
    port: endpoint.port,
    data: owner,
    socket: handlersFor(endpoint),
    ...(endpoint.tls ? { tls: endpoint.tls } : {}),
  }).catch(() => {});
}
