/**
 * A name that changes its address while the run goes on. Connections that stand are kept; the name
 * is looked up again once connecting to the old address fails, and the new one is used.
 */
import { expect, test } from "bun:test";
import { resultSchema } from "@nightjar/core/result/result.ts";
import { inNamespaces, mayUnshare, serverOn } from "./namespaces.ts";

const RATE = 50;
/** In flight, or about to be. */
const SOME = 10;

/**
 * The name is in a hosts file of the script's own, and moves once a connection to the old address
 * stands. Both servers answer all along, but the old.
 */
const MOVE = `
  hosts=$(mktemp); echo "127.0.0.2 moving.test" > $hosts; mount --bind $hosts /etc/hosts; rm $hosts
  ${serverOn("127.0.0.3:8080")}
  ${serverOn("127.0.0.2:8080")}
  old=$!
  "$NIGHTJAR" run http://moving.test:8080/ --rate ${RATE} --requests 400 --workers 1 \\
    --connections 4 --quiet --output json &
  run=$!
  for _ in $(seq 600); do grep -q "0200007F:1F90 .* 01 " /proc/net/tcp && break; sleep 0.05; done
  sleep 1
  echo "127.0.0.3 moving.test" > /etc/hosts
  sleep 1
  kill $old
  wait $run
`;

// Skipped where nobody may make namespaces: there is no other way to have it for real.
test.skipIf(!mayUnshare())(
  "a name that changes address: the new one is used once the old one fails",
  async () => {
    const { out, err } = await inNamespaces(MOVE);
    expect(err).toBe("");
    const { errors, errorSamples, accounting, backends, series } = resultSchema.parse(
      JSON.parse(out),
    );
    expect(Object.keys(backends).sort()).toEqual(["127.0.0.2", "127.0.0.3"]);
    for (const { completed } of Object.values(backends)) expect(completed).toBeGreaterThan(0);
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    expect(accounting.failed).toBe(failed);
    expect(accounting.completed + failed).toBe(accounting.due);
    // As long as the old address answers, nothing moves, whatever the name says.
    const firstS = Math.min(...Object.values(errorSamples).map(({ atS }) => atS!));
    expect(backends["127.0.0.2"].completed).toBeGreaterThan(firstS * RATE - SOME);
    expect(series.at(-1)).toMatchObject({ errors: 0 });
    // The fault lasts as long as it takes to ask, not a second.
    expect(failed).toBeLessThan(RATE);
  },
  120_000,
);
