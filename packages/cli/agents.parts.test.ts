/** `nightjar agents` where the broker does not let it hear them. */
import { expect, test } from "bun:test";
import { startNatsServer } from "@nightjar/testkit/nats-server.ts";
import { cli } from "./child-cli.ts";

test.each([[[]], [["--json"]]])(
  "whom the broker refuses has no list, and no empty one: %p",
  async (more) => {
    const users = [
      { user: "deaf", password: "deaf", mayPublish: [">"], maySubscribe: ["_INBOX.>"] },
    ];
    const server = await startNatsServer({ users });
    try {
      const env = { NIGHTJAR_NATS_USER: "deaf", NIGHTJAR_NATS_PASSWORD: "deaf" };
      const { code, out, err } = await cli(["agents", "--nats", server.url, ...more], { env });
      expect([code, out]).toEqual([1, ""]);
      expect(err).toContain("not allowed");
      expect(err).toEndWith("nightjar: which agents are there is not known\n");
      expect(err).not.toContain("starts one");
    } finally {
      await server.stop();
    }
  },
  60_000,
);
