/** `nightjar completion SHELL`: prints the script that teaches a shell to complete our lines. */
import { NightjarError } from "@nightjar/core/errors.ts";
import { didYouMean } from "@nightjar/core/plan/suggest.ts";
import { SHELLS } from "../commands.ts";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { zshScript } from "../completion/zsh.ts";
import { shown } from "../options/value.ts";
import type { Screen } from "../outputs.ts";

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], () => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Throws `bad-usage`. */
export function completion(name: string, screen: Screen): void {
  const shell = SHELLS.find((known) => known === name);
  if (shell === undefined) {
    const near = didYouMean(name, SHELLS);
    throw new NightjarError(
      "bad-usage",
      `completion: one of ${SHELLS.join(", ")} is wanted, found ${shown(name)}${near}`,
    );
  }
  screen.print(SCRIPTS[shell]());
}
