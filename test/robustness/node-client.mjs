/**
 * What Node's own HTTP client makes of answers: lines of JSON on standard input, { bytes (base64),
 * head, ends }, and one array of JSON on standard output. A server in this process answers with
 * exactly those bytes, in one write, and ends the connection where the answer needs its end.
 */
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";

const AT_ONCE = 16;
/** Who waits for more after so long has not got a whole answer. */
const PATIENCE_MS = 3000;
const MAX_HEAD_BYTES = 80 * 1024;

const answers = JSON.parse(await text(process.stdin));

const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (head) => {
    const answer = answers[Number(/\/(\d+) /.exec(head.toString("latin1"))[1])];
    const bytes = Buffer.from(answer.bytes, "base64");
    if (answer.ends) socket.end(bytes);
    else socket.write(bytes);
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address();

/** `reused`: the connection went back to those that may serve another request. */
function read(at) {
  const agent = new Agent({ keepAlive: true });
  return new Promise((resolve) => {
    let reused = false;
    let response;
    let bodyBytes = 0;
    agent.on("free", () => {
      reused = true;
    });
    const settle = (more) => {
      clearTimeout(timer);
      const status = response?.statusCode ?? 0;
      resolve({ status, bodyBytes, complete: response?.complete ?? false, reused, ...more });
      agent.destroy();
      sent.destroy();
    };
    const method = answers[at].head ? "HEAD" : "GET";
    const options = { host: "127.0.0.1", port, method, agent, path: `/${at}` };
    const sent = request({ ...options, maxHeaderSize: MAX_HEAD_BYTES }, (incoming) => {
      response = incoming;
      incoming.on("data", (chunk) => {
        bodyBytes += chunk.length;
      });
      // What is wrong with the bytes after the answer is found out in the same turn.
      incoming.on("end", () => setImmediate(() => setImmediate(() => settle({}))));
      incoming.on("error", (error) => settle({ error: error.code ?? error.message }));
    });
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      settle({ error: "upgrade" });
    });
    sent.on("error", (error) => settle({ error: error.code ?? error.message }));
    const timer = setTimeout(() => settle({ error: "waiting" }), PATIENCE_MS);
    sent.end();
  });
}

const outcomes = [];
let next = 0;
async function lane() {
  while (next < answers.length) {
    const at = next++;
    outcomes[at] = await read(at);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, lane));
process.stdout.write(JSON.stringify(outcomes));
server.close();
