/** For tests: a server on loopback that keeps what it was sent. */

export interface Kept {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface KeepingServer {
  readonly url: string;
  /** All that came since the last time. */
  take(): Kept[];
  stop(): Promise<void>;
}

export function startKeeping(): KeepingServer {
  let kept: Kept[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { method, headers } = request;
      const target = request.url.slice(server.url.origin.length);
      kept.push({ method, target, headers, body: await request.text() });
      return new Response("ok");
    },
  });
  const take = () => {
    const taken = kept;
    kept = [];
    return taken;
  };
  return { url: server.url.origin, take, stop: () => server.stop(true) };
}
