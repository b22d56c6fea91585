/** What says how a run went, given for a plan: its keys would be refused one by one as unknown. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { isSmpResult } from "@nightjar/formats/smp/read-config.ts";

interface Mistaken {
  readonly what: string;
  /** As `convert --from` calls it. */
  readonly format: string;
}

const OURS: readonly Mistaken[] = [
  { what: "a Result of Nightjar", format: "result" },
  { what: "several Results of Nightjar side by side", format: "side-by-side" },
];
const OF_SMP: Mistaken = { what: "an SMP result", format: "smp-result" };

/** Throws `bad-plan`. `name`: of the file. */
export function refuseResult(document: Readonly<Record<string, unknown>>, name: string): void {
  const mistaken = resultIn(document);
  if (mistaken === undefined) return;
  const { what, format } = mistaken;
  throw new NightjarError(
    "bad-plan",
    `${name}: ${what}, and nothing that can be run`,
    `nightjar convert --from ${format} reads it`,
  );
}

function resultIn(document: Readonly<Record<string, unknown>>): Mistaken | undefined {
  const [, schema] = /^nightjar\.([\w-]+)\/v\d+$/.exec(String(document.schema)) ?? [];
  const ours = OURS.find(({ format }) => format === schema);
  return ours ?? (isSmpResult(document) ? OF_SMP : undefined);
}
