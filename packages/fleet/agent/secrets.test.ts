/** A run full of secrets, in virtual time: who says what, and that no secret is in it. */
import { expect, test } from "bun:test";
import { NightjarError } from "@nightjar/core/errors.ts";
import { emptySnapshot } from "@nightjar/core/record/snapshot.ts";
import type { Clock } from "@nightjar/core/run/clock.ts";
import { encodeFrame } from "@nightjar/core/run/codec.ts";
import type { Ended, LoadGenerator, Order, RunEvent } from "@nightjar/core/run/load-generator.ts";
import { SIMULATED, simulatedChild } from "@nightjar/core/simulation/child.ts";
import type { MemoryBus } from "../memory/memory-bus.ts";
import { FleetStage, planFor, S } from "../simulation/fleet-stage.ts";
import { hiderOf, withoutSecrets } from "./secrets.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

const SECRETS = {
  authorization: "Bearer tok-0123456789abcdef",
  cookie: "session=c00kie-v4lue; theme=dark-and-long",
  proxy: "Basic cHJveHk6aHVzaGh1c2g=",
  variable: "from-the-environment 100%",
  key: "MC4CAQAwBQYDK2VwBCIEIKeySecretKeySecretKeySecret",
  body: "the-body-of-a-file",
};
const PARTS = ["tok-0123456789abcdef", "c00kie-v4lue", "cHJveHk6aHVzaGh1c2g"];
const ALL = [...Object.values(SECRETS), ...PARTS, encodeURIComponent(SECRETS.variable)];

const PLAN = planFor(
  { rate: 20, connections: 4 },
  {
    duration: "2s",
    targets: [
      {
        ...{ url: "https://192.0.2.1/?k={{env TOKEN}}", method: "POST", bodyFile: "body.bin" },
        headers: {
          ...{ Authorization: SECRETS.authorization, cookie: SECRETS.cookie },
          "x-key": "{{env TOKEN}}",
        },
      },
    ],
    tls: { cert: "client.pem", key: "client.key" },
    connection: { proxy: "http://192.0.2.9:3128", proxyHeaders: { "x-auth": SECRETS.proxy } },
  },
);

const bytesOf = (text: string) => new TextEncoder().encode(text);
const PEM = ["-----BEGIN PRIVATE KEY-----", SECRETS.key, "-----END PRIVATE KEY-----", ""].join(
  "\n",
);
const ASSETS = {
  "env:TOKEN": bytesOf(SECRETS.variable),
  "body.bin": bytesOf(SECRETS.body),
  "client.key": bytesOf(PEM),
  "client.pem": bytesOf("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
};

/** All that goes by this bus, but for requests. */
function overheard(bus: MemoryBus, heard: Uint8Array[]): void {
  const [append, publish] = [bus.append.bind(bus), bus.publish.bind(bus)];
  bus.append = (subject, payload, id) => {
    heard.push(payload, bytesOf(`${subject} ${id}`));
    return append(subject, payload, id);
  };
  bus.publish = (subject, payload) => {
    heard.push(payload, bytesOf(subject));
    publish(subject, payload);
  };
}

async function play(generator: (clock: Clock) => LoadGenerator) {
  const stage = new FleetStage(settle);
  const heard: Uint8Array[] = [];
  const { bus } = stage.addAgent({ generator });
  const coordinator = stage.coordinator();
  for (const one of [bus, coordinator.bus]) overheard(one, heard);
  const order = stage.order(PLAN, [{ count: 1 }], { assets: ASSETS });
  let outcome: unknown;
  void stage
    .prepare(order, coordinator)
    .then((run) => stage.measure(run))
    .then(
      (result) => {
        outcome = result;
      },
      (error) => {
        outcome = error;
      },
    );
  await stage.play(60 * S);
  const said = heard.map((payload) => new TextDecoder("latin1").decode(payload)).join("\n");
  const shown =
    outcome instanceof Error
      ? [outcome.message, (outcome as NightjarError).hint].join(" ")
      : JSON.stringify(outcome);
  return { outcome, shown, said };
}

function expectNoSecret(text: string): void {
  expect(text.length).toBeGreaterThan(20);
  expect(ALL.filter((secret) => text.includes(secret))).toEqual([]);
}

const QUOTED = `cannot use ${ALL.join(" | ")}`;

/** Fails as `fail` says, which has seen the order. */
function refusing(fail: () => unknown): (clock: Clock) => LoadGenerator {
  return () => ({ capabilities: SIMULATED, prepare: () => Promise.reject(fail()) });
}

test("a run: nothing that is kept or shown holds a secret, and all have arrived", async () => {
  const orders: Order[] = [];
  const { outcome, shown, said } = await play((clock) => {
    const { prepare } = simulatedChild({ clock });
    return {
      capabilities: SIMULATED,
      prepare(order, signal) {
        orders.push(order);
        return prepare(order, signal);
      },
    };
  });
  expect(outcome).toMatchObject({ verdict: { outcome: "pass" } });
  expectNoSecret(said);
  expectNoSecret(shown);
  expect(orders[0].plan.targets[0].headers).toMatchObject({ Authorization: SECRETS.authorization });
  expect(orders[0].assets).toEqual(ASSETS);
});

test.each([
  ["that is ours", () => new NightjarError("refused", QUOTED, QUOTED)],
  ["that is not", () => new Error(QUOTED)],
  ["that is a text", () => QUOTED],
])("a refusal %s may quote them, and they are hidden", async (_, fail) => {
  const { outcome, shown, said } = await play(refusing(fail));
  expect(outcome).toBeInstanceOf(NightjarError);
  expect(shown).toContain("[redacted]");
  expectNoSecret(said.replaceAll(SECRETS.body, ""));
  expectNoSecret(shown.replaceAll(SECRETS.body, ""));
});

test("the last word and the samples of errors may quote them too", () => {
  const hide = hiderOf(ASSETS, PLAN);
  const transcript = { command: ["t", QUOTED], exitCode: 1, stdout: QUOTED, stderr: QUOTED };
  const ended: Ended = {
    ...{ type: "ended", child: "0", incarnation: 0, outcome: "failed", intervals: 0, untilNs: 0 },
    ...{ reason: QUOTED, notes: [QUOTED], transcript },
  };
  const tally = { errors: { reset: { count: 1, sample: QUOTED, atNs: 0 } } };
  const cells = [{ phase: "measured", stage: 0, target: 0, tally }];
  const key = { child: "0", incarnation: 0, interval: 0 };
  const snapshot = { ...emptySnapshot(key), cells } as unknown as RunEvent;
  for (const event of [ended, snapshot]) {
    const frame = encodeFrame(withoutSecrets({ type: "event", event }, hide));
    const said = new TextDecoder("latin1").decode(frame);
    expect(said).toContain("[redacted]");
    expectNoSecret(said.replaceAll(SECRETS.body, ""));
  }
});
