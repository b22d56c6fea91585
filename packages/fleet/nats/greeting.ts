/**
 * Greeting: a NATS server speaks first, and says what it is and wants. Waited for by hand before
 * the client connects, which could not say why nothing comes.
 */
import { createConnection } from "node:net";
import type { Endpoint } from "./access.ts";

/** What a server says of itself. */
export interface ServerFacts {
  /** It wants a client's certificate. */
  readonly wantsCertificate: boolean;
  /** It lets in nobody who is not encrypted. */
  readonly isTls: boolean;
  /** It wants a user, a token or credentials. */
  readonly asksWho: boolean;
}

export type Greeting =
  | { readonly is: "greeted"; readonly facts: ServerFacts }
  /** It said something else. */
  | { readonly is: "stranger" }
  | { readonly is: "silent" }
  | { readonly is: "closed" }
  | { readonly is: "unreachable"; readonly error: unknown };

/** More than any server says at first. */
const GREETING_BYTES_MAX = 64 * 1024;

export function greetingOf({ host, port }: Endpoint, limitMs: number): Promise<Greeting> {
  return new Promise((resolve) => {
    const socket = createConnection(port, host);
    let isOpen = false;
    let said = "";
    const end = (greeting: Greeting) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(greeting);
    };
    const late = () =>
      isOpen ? { is: "silent" as const } : { is: "unreachable" as const, error: LATE };
    const timer = setTimeout(() => end(late()), limitMs);
    socket.on("connect", () => {
      isOpen = true;
    });
    socket.on("data", (bytes) => {
      said += bytes.toString("latin1");
      const isWhole = said.includes("\r\n") || said.length > GREETING_BYTES_MAX;
      if (isWhole || !"INFO ".startsWith(said.slice(0, 5))) end(understood(said));
    });
    socket.on("close", () => end({ is: "closed" }));
    socket.on("error", (error) => end({ is: "unreachable", error }));
  });
}

const LATE = Object.assign(new Error("no connection in time"), { code: "ETIMEDOUT" });

function understood(said: string): Greeting {
  try {
    const info = JSON.parse(said.slice("INFO ".length, said.indexOf("\r\n")));
    if (!said.startsWith("INFO ") || typeof info.version !== "string") return { is: "stranger" };
    const facts = {
      wantsCertificate: info.tls_verify === true,
      isTls: info.tls_required === true,
      asksWho: info.auth_required === true,
    };
    return { is: "greeted", facts };
  } catch {
    return { is: "stranger" };
  }
}
