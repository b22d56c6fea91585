/**
 * Shell scripts in namespaces of their own, where a test may change what belongs to the machine:
 * ports, names, mounts. Nothing of it is seen outside, and all of it is gone with the script.
 */

export type Namespace = "network" | "mounts";

const FLAGS: Readonly<Record<Namespace, readonly string[]>> = {
  network: ["--map-root-user", "--net"],
  mounts: ["--map-root-user", "--mount"],
};
/** Whatever the script leaves running ends with it. */
const ALONE = ["--kill-child", "--fork", "--pid", "--mount-proc"];

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;

/** Whether this machine lets us. What may not be done is skipped, by name. */
export function mayUnshare(what: Namespace): boolean {
  if (Bun.which("unshare") === null) return false;
  return Bun.spawnSync(["unshare", ...FLAGS[what], ...ALONE, "true"]).exitCode === 0;
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `script` is for bash; `$NIGHTJAR` is the binary. */
export async function inNamespace(
  what: Namespace,
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const child = Bun.spawn(["unshare", ...FLAGS[what], ...ALONE, "bash", "-c", script], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: { ...process.env, NIGHTJAR, ...env },
  });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, out, err };
}

const LISTEN_LIMIT_S = 10;

/** Shell: a test server on the port, which listens when the next command begins. */
export function serverOn(port: number, flags = ""): string {
  const isThere = `(exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null`;
  return `"$NIGHTJAR" testserver --port ${port} ${flags} >/dev/null &
    for try in $(seq ${LISTEN_LIMIT_S * 20}); do ${isThere} && break; sleep 0.05; done;`;
}
