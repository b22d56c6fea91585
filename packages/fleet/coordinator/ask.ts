/** One question to one agent. */

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
