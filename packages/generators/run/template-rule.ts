/** A rule of programs that send the same in every exchange: only `{{env NAME}}` is filled in. */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { templatesOf } from "@nightjar/core/plan/target-text.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";

export function templateObjections(name: string, { targets }: Plan): Objection[] {
  return templatesOf(targets[0], 0)
    .filter(({ hole }) => hole.template.kind !== "env")
    .slice(0, 1)
    .map(({ hole, path }) => ({
      path,
      message: `${name} sends the same in every exchange, and ${hole.source} changes with it`,
      nearest: "write a text, or {{env NAME}}",
    }));
}
