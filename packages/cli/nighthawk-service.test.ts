/** `nightjar nighthawk-service`: every option of its table has a proof here. */
import { afterAll, describe, expect, test } from "bun:test";
import { type ChildOrigin, startChildOrigin } from "@nightjar/origin/child-origin.ts";
import { benchmark } from "@nightjar/testkit/nighthawk-client.ts";
import { cli, makeFolder } from "./child-cli.ts";
import { startChildService } from "./child-service.ts";
import { NIGHTHAWK_SERVICE_OPTIONS } from "./options/nighthawk-service.ts";

const folder = makeFolder();
afterAll(() => folder.remove());

const BRIEF = {
  requestsPerSecond: 100,
  oneofDurationOptions: { case: "duration", value: { seconds: 1n } },
} as const;

function to(uri: string) {
  return { ...BRIEF, oneofUri: { case: "uri", value: { value: uri } } } as const;
}

async function serving<T>(
  args: readonly string[],
  use: (address: string, origin: ChildOrigin) => Promise<T>,
): Promise<T> {
  const [origin, service] = await Promise.all([
    startChildOrigin(),
    startChildService(folder, ...args),
  ]);
  try {
    return await use(service.address, origin);
  } finally {
    await origin.stop();
    expect((await service.stop()).code).toBe(0);
  }
}

/** Whether a benchmark of one second had answers: how many is for a busy machine to say. */
async function answersFrom(address: string, origin: ChildOrigin, token?: string) {
  const { output } = await benchmark(address, to(`${origin.url}/`), { token });
  const { counters = [] } = output?.results.at(-1) ?? {};
  const answers = counters.find(({ name }) => name === "benchmark.http_2xx")?.value;
  return Number(answers) > 0;
}

const TOKEN = "a-token-of-some-length";

const proofs: Record<string, () => Promise<void>> = {
  "--listen": async () => {
    await serving(["--listen", "127.0.0.2:0"], async (address, origin) => {
      expect(address).toStartWith("127.0.0.2:");
      expect(await answersFrom(address, origin)).toBe(true);
    });
    await serving([], async (address) => expect(address).toStartWith("127.0.0.1:"));
  },
  "--listener-address-file": () =>
    serving([], async (address) => expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/)),
  "--token-file": async () => {
    folder.write("token", `${TOKEN}\n`);
    await serving(["--token-file", "token"], async (address, origin) => {
      await expect(answersFrom(address, origin)).rejects.toThrow("wants its token");
      await expect(answersFrom(address, origin, "another")).rejects.toThrow("wants its token");
      expect(await answersFrom(address, origin, TOKEN)).toBe(true);
    });
  },
  "--allow-anyone": async () => {
    const beyond = ["--listen", "0.0.0.0:0"];
    const { code, err } = await cli(["nighthawk-service", ...beyond]);
    expect([code, err]).toEqual([2, expect.stringContaining("0.0.0.0 is beyond loopback")]);
    await serving([...beyond, "--allow-anyone"], async (address, origin) => {
      expect(await answersFrom(address.replace("0.0.0.0", "127.0.0.1"), origin)).toBe(true);
    });
  },
  // A public address is never loaded: one that nobody has is asked about, and refused at once.
  "--yes": async () => {
    const fast = { ...to("http://203.0.113.9/"), requestsPerSecond: 2000 };
    await serving([], async (address) => {
      const { errorDetail, output } = await benchmark(address, fast);
      expect(errorDetail?.message).toContain("neither loopback nor private");
      expect(output).toBeUndefined();
    });
  },
};

describe("the option", () => {
  test.each(NIGHTHAWK_SERVICE_OPTIONS.map(({ flag }) => flag))("%s", (flag) => proofs[flag]());
});

test.each([
  [["--listen", "nowhere:port"], '--listen: HOST:PORT is the form, found "nowhere:port"'],
  [["--listen", "127.0.0.1:99999"], "--listen: HOST:PORT is the form"],
  [["--token-file", "none"], "none: "],
  [["--listener-address-file", "none/address"], "its folder does not exist"],
])("%j is refused in one sentence", async (args, sentence) => {
  const { code, err } = await cli(["nighthawk-service", ...args], { cwd: folder.path });
  expect([code, err]).toEqual([2, expect.stringContaining(sentence)]);
  expect(err).not.toContain("at ");
});

test("a token that can be guessed is refused", async () => {
  folder.write("short", "secret");
  const { code, err } = await cli(["nighthawk-service", "--token-file", "short"], {
    cwd: folder.path,
  });
  expect([code, err]).toEqual([2, expect.stringContaining("at least 16")]);
  expect(err).not.toContain("secret");
});

test("a port that somebody has is refused", async () => {
  await serving([], async (address) => {
    const { code, err } = await cli(["nighthawk-service", "--listen", address]);
    expect([code, err]).toEqual([1, expect.stringContaining(`cannot listen on ${address}`)]);
  });
});
