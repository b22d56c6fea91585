/** For tests: lines with tabs, and the words that a shell is to make of them. */
import { makeFolder } from "../child-cli.ts";

export const TRIALS: readonly (readonly [line: string, words: string])[] = [
  // commands
  ["nightjar dem\t", "demo"],
  ["nightjar pl\t ch\t plan-of\t", "plan check plan-of-a-test.yaml"],
  ["nightjar comp\t zs\t", "completion zsh"],
  ["nightjar help tests\t", "help testserver"],
  ["nightjar run col\t abc --excl\t a", "run collect abc --exclude a"],
  // options, as far as they are distinct
  ["nightjar run --dura\t 5s", "run --duration 5s"],
  ["nightjar run --conne\t 5", "run --connect 5"],
  ["nightjar run http://localhost:80/ --no-c\t", "run http://localhost:80/ --no-color"],
  ["nightjar testserver --cert\t orig\t", "testserver --certificate-file origin.pem"],
  // choices
  ["nightjar run --model cl\t", "run --model closed"],
  ["nightjar run --idle=sl\t", "run --idle=sleep"],
  // files, and none where nobody knows
  ["nightjar run plan-of\t", "run plan-of-a-test.yaml"],
  ["nightjar run --cac\t orig\t", "run --cacert origin.pem"],
  ["nightjar run --body @ord\t", "run --body @order.json"],
  ["nightjar run --rate orig\t", "run --rate orig"],
  // outputs
  ["nightjar run --output hu\t", "run --output human"],
  // What the shell says to itself is no format.
  ["nightjar run --output -d\t", "run --output -d"],
  ["nightjar run --output hg\t --output jsonl\t", "run --output hgrm --output jsonl"],
  ["nightjar run --output json=resu\t", "run --output json=result.json"],
];

/** With the files that the lines begin to name. */
export function trialFolder() {
  const folder = makeFolder();
  for (const name of ["order.json", "origin.pem", "plan-of-a-test.yaml", "result.json"]) {
    folder.write(name, "");
  }
  return folder;
}
