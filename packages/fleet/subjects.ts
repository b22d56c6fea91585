/**
 * Subjects and streams of a fleet:
 *
 *     nightjar.heartbeat.AGENT      an agent says that it is there
 *     nightjar.rollcall             asks all agents to say so now
 *     nightjar.agent.AGENT          requests to one agent: claim, order, beat, release
 *     nightjar.run.RUN.head         in the run's stream: what is run, by whom
 *     nightjar.run.RUN.log          in the run's stream: what the coordinator has seen and decided
 *     nightjar.run.RUN.up.CHILD     in the run's stream: what an agent's link has sent
 *
 * AGENT is the agent's id, which is new with each start of its process.
 */
export const ROLL_CALL = "nightjar.rollcall";
export const ALL_HEARTBEATS = "nightjar.heartbeat.*";

const STREAM_PREFIX = "NIGHTJAR_";

export function heartbeatSubject(agent: string): string {
  return `nightjar.heartbeat.${agent}`;
}

export function agentSubject(agent: string): string {
  return `nightjar.agent.${agent}`;
}

export function runPrefix(runId: string): string {
  return `nightjar.run.${runId}`;
}

export function headSubject(runId: string): string {
  return `${runPrefix(runId)}.head`;
}

export function logSubject(runId: string): string {
  return `${runPrefix(runId)}.log`;
}

export function upSubject(runId: string, child: string): string {
  return `${runPrefix(runId)}.up.${child}`;
}

/** `undefined`: not of an agent's link. */
export function childOfUp(subject: string): string | undefined {
  const [, run, , up, child, ...more] = subject.split(".");
  return run === "run" && up === "up" && more.length === 0 ? child : undefined;
}

/** Who speaks there. `undefined`: nobody of ours. */
export function speakerOf(
  subject: string,
): "head" | "log" | { readonly child: string } | undefined {
  const child = childOfUp(subject);
  if (child !== undefined) return { child };
  const [, run, , kind, ...more] = subject.split(".");
  const isOurs = run === "run" && more.length === 0 && (kind === "head" || kind === "log");
  return isOurs ? kind : undefined;
}

export function streamName(runId: string): string {
  return `${STREAM_PREFIX}${runId}`;
}

/** Of the streams that the broker has. */
export function runIdOf(stream: string): string | undefined {
  return stream.startsWith(STREAM_PREFIX) ? stream.slice(STREAM_PREFIX.length) : undefined;
}

export const ALL_STREAMS = STREAM_PREFIX;
