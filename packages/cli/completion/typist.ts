/**
 * For tests: types into a real shell on a pty of script(1), with real tabs. `nightjar` is a
 * function there that shows the words which the shell has made of a line.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const PROMPT = "ready> ";
/** A shell that says nothing more is ended, and with it the test. */
const LIMIT_MS = 40_000;

export interface Shell {
  /** Starts it so that it reads the file `.zshrc` of its folder. */
  readonly command: string;
  /** What is in that file. */
  readonly setup: (script: string) => string;
}

export const BASH: Shell = {
  command: "bash --noprofile --rcfile ./.zshrc -i",
  setup: (script) => `
bind 'set enable-bracketed-paste off'
PS1='${PROMPT}'
${script}
nightjar() { printf '<%s>' "$@"; echo .; }
`,
};

export const zsh = (program: string): Shell => ({
  command: `ZDOTDIR=. ${program} --no-globalrcs -i`,
  setup: (script) => `
unsetopt prompt_sp zle_bracketed_paste
PS1='${PROMPT}'
autoload -U compinit
compinit -u -D
source <(cat <<'END'
${script}
END
)
nightjar() { printf '<%s>' "$@"; echo .; }
`,
});

/** The words that the shell makes of each line: a tab in it asks for completion. */
export async function wordsTyped(
  { command, setup }: Shell,
  script: string,
  folder: string,
  lines: readonly string[],
): Promise<string[][]> {
  writeFileSync(join(folder, ".zshrc"), setup(script));
  const child = Bun.spawn(["script", "-qec", command, "/dev/null"], {
    cwd: folder,
    stdin: "pipe",
    stdout: "pipe",
    timeout: LIMIT_MS,
    env: { ...process.env, TERM: "dumb", HOME: folder, LC_ALL: "C.UTF-8", SHELL: "/bin/sh" },
  });
  const screen = new Screen(child.stdout);
  await screen.until((said) => said.includes(PROMPT));
  const words: string[][] = [];
  for (const line of lines) {
    child.stdin.write(`${line}\r`);
    child.stdin.flush();
    const said = await screen.until((text) => isPrompted(text));
    words.push(wordsIn(said));
  }
  child.stdin.write("exit\r");
  child.stdin.end();
  await child.exited;
  return words;
}

/** A new one, in a line below that which was typed. */
function isPrompted(said: string): boolean {
  const lineEnd = said.indexOf("\n");
  return lineEnd >= 0 && said.includes(PROMPT, lineEnd);
}

/** `<run><--rate>.` → run, --rate */
function wordsIn(said: string): string[] {
  const shown = /((?:<[^<>]*>)+)\.\r?\n/.exec(said)?.[1] ?? "";
  return shown === "" ? [] : shown.slice(1, -1).split("><");
}

class Screen {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly decoder = new TextDecoder();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.reader = stream.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }

  /** What is said from now on, as soon as it is enough. */
  async until(isEnough: (said: string) => boolean): Promise<string> {
    let said = "";
    while (!isEnough(said)) {
      const { value, done } = await this.reader.read();
      if (done) throw new Error(`the shell has ended: ${said}`);
      said += this.decoder.decode(value, { stream: true });
    }
    return said;
  }
}
