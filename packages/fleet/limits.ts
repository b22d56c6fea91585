/** Every wait and every store of a fleet has its limit here, with a name. */
import { MILLISECOND_NS, SECOND_NS } from "@nightjar/core/plan/quantity.ts";

const MINUTE_NS = 60 * SECOND_NS;
const MIB = 1024 * 1024;

export const WAIT = {
  /** An agent says that it is there. */
  heartbeatNs: SECOND_NS,
  /** Agents answer a roll-call. */
  rollCallNs: 700 * MILLISECOND_NS,
  /** An agent that has not been heard of for so long is not on the list. */
  presenceNs: 3.5 * SECOND_NS,
  /** Until there are as many agents as the run wants: `place`. */
  placeNs: 10 * SECOND_NS,
  /** One claim, one release, one part of an order. */
  answerNs: 2 * SECOND_NS,
  /** From the order to the last agent's being ready: `ready`. */
  readyNs: 2 * MINUTE_NS,
  /** For the clocks to be known: `clock`. */
  clockNs: 5 * SECOND_NS,
  /** For the broker to be there again: to make a run's stream, before anybody is claimed. */
  streamNs: 12 * SECOND_NS,
  /** The same, to begin it: agents wait, and are not to lose their lease. */
  insistNs: 3 * SECOND_NS,
  /** For it to be there again, to take away the stream of a run that has sent nothing. */
  clearNs: 6 * SECOND_NS,
  /** From the start message to T0: `start`. */
  startLeadNs: 1 * SECOND_NS,
  /** A start whose T0 is further away than this, ahead or behind, is none. */
  startAwayNs: 10 * SECOND_NS,
  /** The coordinator says that it is there, measures the clock, and learns how the agent is. */
  beatNs: SECOND_NS,
  /** An agent has stopped by then, for it has not heard its coordinator for the lease. */
  lostMarginNs: SECOND_NS,
  /** An agent that has no part in the run any more may have said its end, which is on its way. */
  settleNs: 2 * SECOND_NS,
  /** An agent says something every second, and the broker acknowledges it by then. */
  acknowledgedNs: 2 * SECOND_NS,
  /** The readings of all clocks go into the stream. */
  clocksNs: 10 * SECOND_NS,
  /** What an agent has to say after the plan's end and drain: `drain`. */
  farewellNs: 15 * SECOND_NS,
  /** For the last of the stream to be read: `fold`. */
  foldNs: 10 * SECOND_NS,
  /** An agent whose run is over keeps what the stream has not acknowledged. */
  keepNs: 2 * MINUTE_NS,
  /** Longer than any run. */
  foreverNs: 30 * 24 * 60 * MINUTE_NS,
  /** A message of the link that was not acknowledged is sent again. */
  againNs: 500 * MILLISECOND_NS,
} as const;

export const LEASE = {
  defaultNs: 5 * SECOND_NS,
  leastNs: SECOND_NS,
  mostNs: 10 * MINUTE_NS,
  defaultOrphanNs: MINUTE_NS,
  mostOrphanNs: 24 * 60 * MINUTE_NS,
} as const;

export const STORE = {
  /** The order's files: bodies, certificates. */
  orderBytes: 8 * MIB,
  /** What an agent keeps that it could not send. */
  outboxBytes: 64 * MIB,
  /** What the stream of any run may hold: 2,000 agents for an hour. */
  streamBytes: 256 * 1024 * MIB,
  /** What is left free at the end, for those who speak late. */
  lateBytes: 16 * MIB,
  /** For how long after its last message it is kept. */
  streamAgeNs: 24 * 60 * MINUTE_NS,
  agents: 10_000,
} as const;
