/**
 * The one file that touches Bun's sockets. A `SocketOwner` hears what happens to the socket that it
 * has opened last.
 */
import type { Socket, SocketHandler, TLSOptions } from "bun";

export type { Socket, TLSOptions };

/** Where `openSocket` goes, and how it speaks there. */
export interface Place {
  /** An address, not a name; or the path of a Unix socket. */
  readonly address: string;
  /** 0: `address` is the path of a Unix socket. */
  readonly port: number;
  /** `undefined`: cleartext, at first. */
  readonly tls: TLSOptions | undefined;
}

export interface SocketOwner {
  /** A TLS session to resume; `null`: none, so the handshake is a full one. */
  readonly session: Uint8Array | null;
  /** TCP stands. */
  onTcp(socket: Socket<SocketOwner>): void;
  /** TLS begins within a connection that was cleartext: from now on this is its socket. */
  onUpgrade(socket: Socket<SocketOwner>): void;
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
  /** The server gave a session that later connections may resume; several may come. */
  onSession(session: Uint8Array): void;
}

const handlersCleartext = {
  /** Cheaper than a Buffer for each read: 2.4 % of the CPU of a request at the maximum rate. */
  binaryType: "uint8array" as const,
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

type Verify = (success: boolean, error: Error | null) => boolean;

/** Bun 1.4.5 calls `session`, which its types do not say. */
interface TlsHandlers extends SocketHandler<SocketOwner> {
  session(socket: Socket<SocketOwner>, session: Uint8Array): void;
}

/** A session is taken only here, before the handshake begins. */
function offerSession(socket: Socket<SocketOwner>): void {
  const { session } = socket.data;
  if (session !== null) socket.setSession(session);
}

function handlersTls(isGood: Verify): TlsHandlers {
  return {
    ...handlersCleartext,
    open(socket: Socket<SocketOwner>) {
      socket.setNoDelay(true);
      socket.data.onTcp(socket);
      offerSession(socket);
    },
    handshake(socket: Socket<SocketOwner>, success: boolean, error: Error | null) {
      if (isGood(success, error)) socket.data.onOpen(socket);
      else socket.data.onTlsError(socket, tlsMessage(error));
    },
    session(socket: Socket<SocketOwner>, session: Uint8Array) {
      socket.data.onSession(session);
    },
  };
}

function handlersUpgraded(handlers: TlsHandlers): TlsHandlers {
  return {
    ...handlers,
    open(socket: Socket<SocketOwner>) {
      socket.data.onUpgrade(socket);
      offerSession(socket);
    },
  };
}

const handlersVerified = handlersTls((success) => success);
/** A wrong name fails the handshake even so (Bun 1.4.5), and so does what is no fault of theirs. */
const handlersInsecure = handlersTls((success, error) => success || isOfTheCertificate(error));
const upgradedVerified = handlersUpgraded(handlersVerified);
const upgradedInsecure = handlersUpgraded(handlersInsecure);

function handlersFor({ tls }: Place): SocketHandler<SocketOwner> {
  if (!tls) return handlersCleartext;
  return tls.rejectUnauthorized === false ? handlersInsecure : handlersVerified;
}

/** Codes of certificates are like CERT_HAS_EXPIRED, others like EPROTO and ECONNRESET. */
function isOfTheCertificate(error: Error | null): boolean {
  return error !== null && !/^E[A-Z]+$/.test(codeOf(error));
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

/** What TLS has found, and not the network. */
export function isOfTls(error: Error): boolean {
  return codeOf(error) === "EPROTO";
}

/** Every fault reaches the owner by its handlers; the promise of Bun says nothing more. */
export function openSocket(place: Place, owner: SocketOwner): void {
  const { address, port, tls } = place;
  const options = { data: owner, socket: handlersFor(place), ...(tls ? { tls } : {}) };
  const where = port === 0 ? { unix: address } : { hostname: address, port };
  Bun.connect<SocketOwner>({ ...options, ...where } as TcpOrUnix).catch(() => {});
}

type TcpOrUnix = Parameters<typeof Bun.connect<SocketOwner>>[0];

/** Hears nothing: the socket below an upgraded one still tells of bytes and of its end. */
const NOBODY: SocketOwner = {
  session: null,
  onTcp() {},
  onUpgrade() {},
  onOpen() {},
  onData() {},
  onDrain() {},
  onClose() {},
  onConnectError() {},
  onTlsError() {},
  onSession() {},
};

/** Begins TLS on an open cleartext connection; `owner` hears the rest. */
export function upgradeSocket(
  socket: Socket<SocketOwner>,
  tls: TLSOptions,
  owner: SocketOwner,
): void {
  const handlers = tls.rejectUnauthorized === false ? upgradedInsecure : upgradedVerified;
  const [below] = socket.upgradeTLS<SocketOwner>({ data: owner, tls, socket: handlers });
  below.data = NOBODY;
}
