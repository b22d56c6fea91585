import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChildOrigin } from "./child-origin.ts";
import { readOriginLog } from "./log-reader.ts";
import { startOrigin } from "./origin.ts";

test("an origin stops by signal and ends well, with connections and delays open", async () => {
  const origin = await startChildOrigin();
  const answer = fetch(`${origin.url}/?delay=1m`).catch(() => "torn");
  await Bun.sleep(50);
  expect(await origin.stop()).toBe(0);
  expect(await answer).toBe("torn");
});

test("over TLS its certificate is trusted by those who have the file", async () => {
  const file = join(tmpdir(), `nightjar-origin-${process.pid}.pem`);
  const origin = await startChildOrigin("--tls", "--certificate-file", file, "--log");
  try {
    const ca = await Bun.file(file).text();
    expect(origin.url).toStartWith("https://127.0.0.1:");
    for (const host of ["127.0.0.1", "localhost"]) {
      const url = `https://${host}:${origin.port}/?size=200000`;
      expect((await (await fetch(url, { tls: { ca } })).text()).length).toBe(200_000);
    }
    expect(fetch(origin.url)).rejects.toThrow();
    expect((await readOriginLog(origin.url, ca)).length).toBe(2);
  } finally {
    await origin.stop();
    await Bun.file(file).delete();
  }
});

test("a default behaviour is for requests that name none", async () => {
  const origin = await startChildOrigin(
    "--behaviour",
    "status=503",
    "--number-header",
    "X-N",
    "--log",
  );
  try {
    const headers = { "x-n": "8" };
    expect((await fetch(origin.url, { headers })).status).toBe(503);
    expect((await fetch(`${origin.url}/?size=1`)).status).toBe(200);
    expect((await readOriginLog(origin.url)).map(({ number }) => number)).toEqual([8, -1]);
  } finally {
    await origin.stop();
  }
});

test("a bad behaviour and a taken port are refused before anything starts", async () => {
  expect(startOrigin({ behaviour: "delay=soon" })).rejects.toThrow("delay:");
  const origin = await startOrigin();
  expect(startOrigin({ port: origin.port })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${origin.port}`,
  );
  await origin.stop();
});
