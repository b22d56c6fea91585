/** One question to one agent, once or until it is answered. */

import type { Clock } from "@nightjar/core/run/clock.ts";
import { readAnswer } from "../border/answer.ts";
import type { Bus } from "../bus.ts";
import { WAIT } from "../limits.ts";
import { type Answer, encodeMessage, type Question } from "../messages.ts";
import { agentSubject } from "../subjects.ts";

/** Rejects with a `BusError` where no answer came. */
export async function ask(bus: Bus, agent: string, question: Question): Promise<Answer> {
  const answer = await bus.request(agentSubject(agent), encodeMessage(question), WAIT.answerNs);
  return readAnswer(answer) ?? { type: "refused", reason: "its answer is damaged" };
}

/** So often, half a second apart, the last time within the limit of the first. */
const TRIES = 4;

export interface Asking {
  readonly bus: Bus;
  readonly clock: Clock;
}

/**
 * What changes nothing when it comes twice: asked again while the first answer may still come.
 * Rejects with a `BusError` where none of them was answered.
 */
export function askAgain(asking: Asking, agent: string, question: Question): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  let tries = 0;
  let failed = 0;
  let isAnswered = false;
  const answered = (answer: Answer) => {
    isAnswered = true;
    resolve(answer);
  };
  const askOnce = () => {
    if (isAnswered) return;
    tries++;
    ask(asking.bus, agent, question).then(answered, (error) => {
      if (++failed === TRIES) reject(error);
    });
    if (tries < TRIES) asking.clock.after(WAIT.againNs, askOnce);
  };
  askOnce();
  return promise;
}
