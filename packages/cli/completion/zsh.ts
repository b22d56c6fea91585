/** The script that teaches zsh to complete our command lines; sourced, or a file of its fpath. */
import {
  allCommands,
  type CommandWords,
  firstWords,
  type OptionWords,
  quoted,
  type Value,
  type WordGroup,
  wordGroups,
} from "./words.ts";

/** Colons and brackets part the words of _arguments and _describe. */
function escaped(text: string): string {
  return text.replace(/[\\:[\]]/g, "\\$&");
}

function action(value: Value): string {
  switch (value.kind) {
    case "files":
      return "_files";
    case "words":
      return `(${value.words.join(" ")})`;
    case "outputs":
      // The blank in front: _arguments puts no options of compadd before the words.
      return ` _nightjar_outputs ${value.words.join(" ")}`;
    case "attached":
      return "_nightjar_attached";
    default:
      return " ";
  }
}

function optionSpec({ flag, name, help, value, isRepeatable }: OptionWords): string {
  const many = isRepeatable ? "*" : "";
  if (value.kind === "none") return quoted(`${many}${flag}[${escaped(help)}]`);
  return quoted(`${many}${flag}=[${escaped(help)}]:${escaped(name)}:${action(value)}`);
}

/** `seconds`: words that may stand there too, and begin another command. */
function argumentSpec({ argument }: CommandWords, seconds: readonly string[]): string[] {
  if (argument.kind === "none") return [];
  const own = action(argument);
  const offered = seconds.length === 0 ? own : `{compadd -- ${seconds.join(" ")}; ${own}}`;
  return [quoted(`1:argument:${offered}`)];
}

function functionName({ words }: CommandWords): string {
  return `_nightjar_${words.join("_")}`;
}

function commandFunction(command: CommandWords, groups: readonly WordGroup[]): string {
  const group = groups.find(({ first }) => first === command.words.join(" "));
  const specs = [
    ...command.options.map(optionSpec),
    ...argumentSpec(command, group?.seconds ?? []),
  ];
  const name = functionName(command);
  const passing = group === undefined ? "" : `${passOn(name, group.seconds)}\n`;
  return `${name}() {\n${passing}  _arguments \\\n    ${specs.join(" \\\n    ")}\n}`;
}

/** To the command that a second word begins. */
function passOn(name: string, seconds: readonly string[]): string {
  return `  if (( CURRENT > 2 )) && [[ $words[2] == (${seconds.join("|")}) ]]; then
    local second=$words[2]
    shift words
    (( CURRENT-- ))
    ${name}_$second
    return
  fi`;
}

function described(words: readonly { word: string; help: string }[]): string {
  return words
    .map(({ word, help }) => `    ${quoted(`${escaped(word)}:${escaped(help)}`)}`)
    .join("\n");
}

/** `plan` passes on to what stands behind it. */
function groupFunction(first: string, commands: readonly CommandWords[]): string {
  const members = commands.filter(({ words }) => words[0] === first && words.length > 1);
  const seconds = members.map(({ words, help }) => ({ word: words[1], help }));
  return dispatcher(`_nightjar_${first}`, seconds, (word) => `_nightjar_${first}_${word}`);
}

function dispatcher(
  name: string,
  words: readonly { word: string; help: string }[],
  next: (word: string) => string,
): string {
  return `${name}() {
  local state
  local -a line commands
  commands=(
${described(words)}
  )
  _arguments -C '--help[show help]' '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $line[1] in
${words.map(({ word }) => `        ${word}) ${next(word)} ;;`).join("\n")}
      esac ;;
  esac
}`;
}

const VALUES = `_nightjar_outputs() {
  if compset -P '*='; then _files; else compadd -- "$@"; fi
}

_nightjar_attached() {
  if compset -P '@'; then _files; fi
}`;

export function zshScript(): string {
  const commands = allCommands();
  const groups = wordGroups();
  const functions = [
    ...commands.map((command) => commandFunction(command, groups)),
    ...groups
      .filter(({ isCommand }) => !isCommand)
      .map(({ first }) => groupFunction(first, commands)),
    dispatcher("_nightjar", firstWords(), (word) => `_nightjar_${word}`),
    VALUES,
  ];
  return `#compdef nightjar
# Completion of nightjar for zsh. For this shell: source <(nightjar completion zsh)

${functions.join("\n\n")}

if [[ $funcstack[1] == _nightjar ]]; then _nightjar "$@"; else compdef _nightjar nightjar; fi
`;
}
