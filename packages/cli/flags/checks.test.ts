/** Options that say what an answer must be, each by a real run that fails without it. */
import { expect } from "bun:test";
import type { Result } from "@nightjar/core/result/result.ts";
import { CHECKS_OPTIONS } from "../options/checks.ts";
import { BASE, expectBoth, measured, prove, servers } from "./trial.ts";

/** All that tells an answer that failed from one that did not. */
const judged = ({ populations, errors, errorSamples, latencyMs }: Result) => ({
  populations,
  errors,
  sentences: Object.values(errorSamples).map(({ sample }) => sample),
  timed: [latencyMs.response.count, latencyMs.errorResponse.count],
});

type Judged = ReturnType<typeof judged>;

const passed = {
  populations: { ok: 100, error: 0, unanswered: 0 },
  errors: {},
  sentences: [],
  timed: [100, 0],
};

const failedBy = (kind: string, sentence: string) => ({
  populations: { ok: 0, error: 100, unanswered: 0 },
  errors: { [kind]: 100 },
  sentences: [sentence],
  timed: [0, 100],
});

/** Of one run, where the plain answer needs no second. */
async function expectJudged(flag: string[], target: string, expected: Judged): Promise<void> {
  expect(judged(await measured(servers.origin.url + target, BASE, flag))).toEqual(expected);
}

prove(CHECKS_OPTIONS, {
  "--ok-status": async () => {
    const missing = failedBy("status-404", "answered with status 404");
    const flag = ["--ok-status", "404"];
    await expectBoth(flag, judged, [passed, missing], { target: "/?status=404" });
    await expectJudged(flag, "/", failedBy("status-200", "answered with status 200"));
  },
  "--expect-header": async () => {
    const holds = ["--expect-header", "content-type: text/plain"];
    const flag = [...holds, "--expect-header", "Content-Type: ~json"];
    const sentence = 'header "content-type" is "text/plain", which does not match /json/';
    await expectBoth(flag, judged, [failedBy("check-header", sentence), passed]);
    await expectJudged(holds, "/", passed);
    const status = failedBy("status-503", "answered with status 503");
    await expectJudged(flag, "/?status=503", status);
  },
  "--expect-body": async () => {
    const target = "/?size=20000&chunked=1";
    const holds = ["--expect-body", "size:>=20000"];
    const flag = [...holds, "--expect-body", 'contains:"ok":true'];
    const sentence = 'body of 20000 bytes does not contain "\\"ok\\":true"';
    await expectBoth(flag, judged, [failedBy("check-body", sentence), passed], { target });
    await expectJudged(holds, target, passed);
  },
  "--record-header": () => {
    const flag = ["--record-header", "Content-Length:us", "--record-header", "x-none"];
    const seen = ({ recorded }: Result) =>
      Object.entries(recorded).map(([name, { recorded: count, missing, valueMs, overheadMs }]) => ({
        name,
        counts: [count, missing, overheadMs.count],
        rangeMs: [valueMs.min, valueMs.max],
      }));
    const lengths = { name: "content-length", counts: [100, 0, 100], rangeMs: [0.012, 0.012] };
    const none = { name: "x-none", counts: [0, 100, 0], rangeMs: [null, null] };
    return expectBoth(flag, seen, [[lengths, none], []], { target: "/?size=12" });
  },
});
