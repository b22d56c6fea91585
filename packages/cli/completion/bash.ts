/** The script that teaches bash (3.2 or newer) to complete our command lines. */
import {
  allCommands,
  type CommandWords,
  firstWords,
  quoted,
  type Value,
  type WordGroup,
  wordGroups,
} from "./words.ts";

/**
 * bash cuts words at `=`, `:` and `@`, which are parts of ours: so the words are taken from the
 * line, and what stands before bash's own idea of the last word is taken off the answers.
 */
const COMPLETE = `_nightjar() {
  local line="\${COMP_LINE:0:COMP_POINT}" candidates="" prefix=""
  local words count current previous command
  read -r -a words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  count=\${#words[@]}
  current="\${words[count - 1]}"
  previous="\${words[count - 2]}"
  if [[ $current == --*=* ]]; then
    previous="\${current%%=*}"
    current="\${current#*=}"
  fi
  COMPREPLY=()
  _nightjar_candidates || return 0 # of files bash knows more
  type compopt &>/dev/null && compopt +o default
  local before="\${current%"$2"}" word
  while IFS= read -r word; do
    COMPREPLY+=("\${word#"$before"}")
  done < <(_nightjar_matches)
}

_nightjar_matches() {
  if [[ -n $prefix ]]; then compgen -P "$prefix" -f -- "\${current#"$prefix"}"
  else compgen -W "$candidates" -- "$current"; fi
}

complete -o default -F _nightjar nightjar`;

/** Commands of the shell; with `return 1` files are offered. */
function offer(value: Value): string {
  switch (value.kind) {
    case "files":
      return "return 1";
    case "words":
      return `candidates=${quoted(value.words.join(" "))}`;
    case "outputs":
      return `[[ $current == *=* ]] && return 1; candidates=${quoted(value.words.join(" "))}`;
    case "attached":
      return "[[ $current == @* ]] && prefix=@";
    default:
      return "candidates=''";
  }
}

/** Options with the same values share a line. */
function optionCases(commands: readonly CommandWords[]): string[] {
  const places = commands.flatMap(({ words, options }) =>
    options
      .filter(({ value }) => value.kind !== "none")
      .map(({ flag, value }) => ({ place: [...words, flag].join(" "), offer: offer(value) })),
  );
  const groups = Map.groupBy(places, (of) => of.offer);
  return [...groups].map(([what, of]) => {
    const patterns = of.map(({ place }) => quoted(place)).join(" | \\\n      ");
    return `    ${patterns})\n      ${what}; return 0 ;;`;
  });
}

function commandCase({ words, options, argument }: CommandWords): string {
  const flags = quoted(options.map(({ flag }) => flag).join(" "));
  return `    ${quoted(words.join(" "))})
      if [[ $current == -* ]]; then candidates=${flags}; else ${offer(argument)}; fi ;;`;
}

function groupCase({ first, seconds, isCommand }: WordGroup): string {
  const words = quoted(seconds.join(" "));
  if (!isCommand) {
    return `    ${first})
      if ((count == 3)); then candidates=${words}; return 0; fi
      command="$command \${words[2]}" ;;`;
  }
  // What is no beginning of a second word is the command's own argument.
  return `    ${first})
      if ((count == 3)) && [[ -n $current && -n $(compgen -W ${words} -- "$current") ]]; then
        candidates=${words}; return 0
      fi
      case "\${words[2]}" in ${seconds.join(" | ")}) command="$command \${words[2]}" ;; esac ;;`;
}

export function bashScript(): string {
  const commands = allCommands();
  const first = quoted([...firstWords().map(({ word }) => word), "--help", "--version"].join(" "));
  const seconds = wordGroups().map(groupCase);
  return `# Completion of nightjar for bash. For this shell: eval "$(nightjar completion bash)"

_nightjar_candidates() {
  if ((count == 2)); then candidates=${first}; return 0; fi
  command="\${words[1]}"
  case "$command" in
${seconds.join("\n")}
  esac
  case "$command $previous" in
${optionCases(commands).join("\n")}
  esac
  case "$command" in
${commands.map(commandCase).join("\n")}
  esac
}

${COMPLETE}
`;
}
