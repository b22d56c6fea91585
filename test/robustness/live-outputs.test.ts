/** A disk that fills up while seconds are written to it: the run goes on and says it at its end. */
import { afterAll, expect, test } from "bun:test";
import { makeFolder } from "@nightjar/cli/child-cli.ts";
import { inNamespaces, mayUnshare, serverOn } from "./namespaces.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

/** One page is free: the line of the run fits, and not the seconds. */
// Skipped where nobody may make namespaces: there is no other way to have it for real.
test.skipIf(!mayUnshare())(
  "a small disk that fills up within the run: what was whole stays",
  async () => {
    const load = "--rate 500 --duration 1500ms --workers 1 --quiet";
    const outputs = "--output jsonl=small/r.jsonl --output csv=r.csv";
    const script = `
      ${serverOn("127.0.0.1:8080")}
      mkdir "$FOLDER/small" && mount -t tmpfs -o size=12k tmpfs "$FOLDER/small"
      head -c 8k /dev/zero > "$FOLDER/small/ballast" && cd "$FOLDER"
      "$NIGHTJAR" run http://127.0.0.1:8080/ ${load} ${outputs}
      CODE=$?; cp small/r.jsonl kept.jsonl; exit $CODE`;
    const { code, out, err } = await inNamespaces(script, { FOLDER: folder.path });
    expect(err).toBe("nightjar: small/r.jsonl: the disk is full\n");
    expect(code).toBe(1);
    expect(out).toMatch(/^(PASS|INCONCLUSIVE) {2}/);
    expect(folder.read("r.csv")).toStartWith("at_s,over_s,");
    const [first, cut] = folder.read("kept.jsonl").split("\n");
    expect(JSON.parse(first)).toMatchObject({ schema: "nightjar.snapshots/v1", type: "run" });
    expect(cut).toStartWith('{"type":"snapshot","interval":0,');
    expect(() => JSON.parse(cut)).toThrow();
  },
  120_000,
);
