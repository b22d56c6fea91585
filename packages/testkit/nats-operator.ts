/**
 * A NATS server's operator mode: accounts and users are JWTs that a chain of keys has signed, and a
 * user logs in with a `.creds` file.
 */
import { nkeys } from "@nats-io/nats-core";

export interface NatsOperator {
  /** Lines of a server's configuration. */
  readonly configuration: string;
  /** The text of a `.creds` file; good for so long, default: an hour. */
  credentials(livesS?: number): string;
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

const UNLIMITED = { subs: -1, data: -1, payload: -1 };
const JETSTREAM = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
const ACCOUNT = { imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };

/** One account with JetStream, of an operator of its own. */
export function makeNatsOperator(): NatsOperator {
  const operator = nkeys.createOperator();
  const [account, system] = [nkeys.createAccount(), nkeys.createAccount()];
  const accountClaims = { type: "account", limits: { ...UNLIMITED, ...ACCOUNT, ...JETSTREAM } };
  const systemClaims = { type: "account", limits: { ...UNLIMITED, ...ACCOUNT } };
  const preload = [
    `${account.getPublicKey()}: ${signed(operator, account, accountClaims)}`,
    `${system.getPublicKey()}: ${signed(operator, system, systemClaims)}`,
  ];
  return {
    configuration: [
      `operator: ${signed(operator, operator, { type: "operator" })}`,
      `system_account: ${system.getPublicKey()}`,
      "resolver: MEMORY",
      `resolver_preload: {\n${preload.join("\n")}\n}`,
    ].join("\n"),
    credentials: (livesS = 3600) => {
      const user = nkeys.createUser();
      const claims = { type: "user", ...UNLIMITED };
      return credsText(signed(account, user, claims, nowS() + livesS), user);
    },
  };
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}

function signed(issuer: KeyPair, subject: KeyPair, claims: object, exp?: number): string {
  const [iss, sub] = [issuer.getPublicKey(), subject.getPublicKey()];
  const body = {
    jti: sub,
    iat: nowS(),
    exp,
    iss,
    sub,
    name: "test",
    nats: { version: 2, ...claims },
  };
  const parts = [{ typ: "JWT", alg: "ed25519-nkey" }, body].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const text = parts.join(".");
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString("base64url")}`;
}

function credsText(jwt: string, user: KeyPair): string {
  const seed = new TextDecoder().decode(user.getSeed());
  return [
    "-----BEGIN NATS USER JWT-----",
    jwt,
    "------END NATS USER JWT------",
    "",
    "-----BEGIN USER NKEY SEED-----",
    seed,
    "------END USER NKEY SEED------",
    "",
  ].join("\n");
}
