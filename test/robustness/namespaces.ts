/**
 * Shell scripts in namespaces of their own, where a test may change what belongs to the machine:
 * ports, names, mounts. The network is a loopback interface alone. Nothing of it is seen outside,
 * and all of it is gone with the script.
 */

const UNSHARE = ["unshare", "--map-root-user", "--net", "--mount"];
/** Whatever the script leaves running ends with it. */
const ALONE = ["--kill-child", "--fork", "--pid", "--mount-proc"];
const LOOPBACK = "ip link set lo up";

const NIGHTJAR = new URL("../../nightjar", import.meta.url).pathname;

/** Whether this machine lets us. What may not be done is skipped, by name. */
export function mayUnshare(): boolean {
  if (Bun.which("unshare") === null || Bun.which("ip") === null) return false;
  return Bun.spawnSync([...UNSHARE, ...ALONE, "sh", "-c", LOOPBACK]).exitCode === 0;
}

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `script` is for bash; `$NIGHTJAR` is the binary. */
export async function inNamespaces(
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const child = Bun.spawn([...UNSHARE, ...ALONE, "bash", "-c", `${LOOPBACK}\n${script}`], {
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

/** Shell: a test server, `$!`, which listens when the next command begins. */
export function serverOn(address: string, flags = ""): string {
  const [host, port] = address.split(":");
  const isThere = `(exec 3<>/dev/tcp/${host}/${port}) 2>/dev/null`;
  return `"$NIGHTJAR" testserver --hostname ${host} --port ${port} ${flags} >/dev/null &
    for try in $(seq ${LISTEN_LIMIT_S * 20}); do ${isThere} && break; sleep 0.05; done`;
}
