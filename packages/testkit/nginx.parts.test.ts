import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type Nginx, startNginx } from "./nginx.ts";

async function bodyOf({ url, certificate }: Nginx): Promise<string> {
  const tls = certificate ? { ca: readFileSync(certificate, "utf8") } : undefined;
  const answer = await fetch(url, { tls });
  expect(answer.status).toBe(200);
  return answer.text();
}

for (const bodyBytes of [0, 128, 100_000]) {
  test(`a body of ${bodyBytes} bytes, from one process`, async () => {
    const nginx = await startNginx({ bodyBytes });
    try {
      expect((await bodyOf(nginx)).length).toBe(bodyBytes);
      expect(readFileSync(`/proc/${nginx.pid}/comm`, "utf8").trim()).toBe("nginx");
      expect(readFileSync(`/proc/${nginx.pid}/task/${nginx.pid}/children`, "utf8")).toBe("");
    } finally {
      await nginx.stop();
    }
    expect(nginx.cpuTicks()).toBe(0);
  });
}

test("it says how many requests it has served, its own status not counted", async () => {
  const nginx = await startNginx({ bodyBytes: 128 });
  try {
    const before = await nginx.served();
    for (let request = 0; request < 3; request++) await bodyOf(nginx);
    expect((await nginx.served()) - before).toBe(3);
  } finally {
    await nginx.stop();
  }
});

test("TLS with a certificate that clients can check", async () => {
  const nginx = await startNginx({ bodyBytes: 128, tls: true });
  try {
    expect((await bodyOf(nginx)).length).toBe(128);
  } finally {
    await nginx.stop();
  }
});

test("pinned to a CPU", async () => {
  const nginx = await startNginx({ bodyBytes: 128, cpu: 0 });
  try {
    const status = readFileSync(`/proc/${nginx.pid}/status`, "utf8");
    expect(/^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1]).toBe("0");
  } finally {
    await nginx.stop();
  }
});
