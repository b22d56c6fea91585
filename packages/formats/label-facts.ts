/** The labels of a run, beside its name. */
import { textsOfLabels } from "@nightjar/core/plan/label-texts.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";

/** None where the name is made of them, as that of a run of a tool without names. */
export function labelTexts({ labels, name }: ResultDocument): string[] {
  const texts = textsOfLabels(labels);
  return name === texts.join(" ") ? [] : texts;
}
