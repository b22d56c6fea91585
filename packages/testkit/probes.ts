/** Single looks at a server, for those who wait for it. */
import { connect } from "node:net";

const PROBE_LIMIT_MS = 2_000;

/** Does a GET answer with a status of 200 to 299? */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** Does something accept TCP connections there? */
export function isAccepting(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: PROBE_LIMIT_MS });
    const finish = (accepted: boolean) => () => {
      socket.destroy();
      resolve(accepted);
    };
    socket
      .once("connect", finish(true))
      .once("error", finish(false))
      .once("timeout", finish(false));
  });
}
