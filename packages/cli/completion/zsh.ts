/** The script that teaches zsh to complete our command lines; sourced, or a file of its fpath. */
import {
  allCommands,
  type CommandWords,
  firstWords,
  type OptionWords,
  quoted,
  secondWords,
  type Value,
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

function argumentSpec({ argument }: CommandWords): string[] {
  return argument.kind === "none" ? [] : [quoted(`1:argument:${action(argument)}`)];
}

function functionName({ words }: CommandWords): string {
  return `_nightjar_${words.join("_")}`;
}

function commandFunction(command: CommandWords): string {
  const specs = [...command.options.map(optionSpec), ...argumentSpec(command)];
  return `${functionName(command)}() {\n  _arguments \\\n    ${specs.join(" \\\n    ")}\n}`;
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
  const groups = [...secondWords().keys()];
  const functions = [
    ...commands.map(commandFunction),
    ...groups.map((first) => groupFunction(first, commands)),
    dispatcher("_nightjar", firstWords(), (word) => `_nightjar_${word}`),
    VALUES,
  ];
  return `#compdef nightjar
# Completion of nightjar for zsh. For this shell: source <(nightjar completion zsh)

${functions.join("\n\n")}

if [[ $funcstack[1] == _nightjar ]]; then _nightjar "$@"; else compdef _nightjar nightjar; fi
`;
}
