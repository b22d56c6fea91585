/** The script that teaches fish (3.0 or newer) to complete our command lines. */
import {
  allCommands,
  type CommandWords,
  firstWords,
  type OptionWords,
  type Value,
  wordGroups,
} from "./words.ts";

/** In single quotes fish reads two escapes, of themselves. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

const FUNCTIONS = `# Whether the words behind nightjar begin with these.
function __nightjar_at
    set -l words (commandline -opc)
    set -e words[1]
    test (count $words) -ge (count $argv)
    or return 1
    set words $words[1..(count $argv)]
    test "$words" = "$argv"
end

# Whether there are so many words behind nightjar.
function __nightjar_words
    test (count (commandline -opc)) -eq (math $argv[1] + 1)
end

# The files that may stand behind a beginning such as json= or @, with it.
function __nightjar_files_behind
    set -l token (commandline -ct)
    set -l beginning (string match -r -- $argv[1] $token)
    or return 1
    set -l length (string length -- $beginning)
    for file in (__fish_complete_path (string sub -s (math $length + 1) -- $token))
        echo -- $beginning$file
    end
end

function __nightjar_outputs
    __nightjar_files_behind '^[a-z]+='; or printf '%s\\n' $argv
end`;

function valueFlags(value: Value): string {
  switch (value.kind) {
    case "none":
      return "";
    case "files":
      return " -r -F";
    case "words":
      return ` -x -a ${quoted(value.words.join(" "))}`;
    case "outputs":
      return ` -x -a ${quoted(`(__nightjar_outputs ${value.words.join(" ")})`)}`;
    case "attached":
      return ` -x -a ${quoted("(__nightjar_files_behind '^@')")}`;
    case "free":
      return " -x";
  }
}

function optionLine(condition: string, { flag, help, value }: OptionWords): string {
  const name = flag.replace(/^--/, "");
  return `complete -c nightjar -n ${condition} -l ${name}${valueFlags(value)} -d ${quoted(help)}`;
}

/** On a line of this command, and of none that begins with the same words. */
function commandLines({ words, options, argument }: CommandWords): string[] {
  const group = wordGroups().find(({ first }) => first === words.join(" "));
  const others = group?.seconds.map((word) => `; and not __nightjar_at ${group.first} ${word}`);
  const condition = quoted(`__nightjar_at ${words.join(" ")}${others?.join("") ?? ""}`);
  const lines = options.map((option) => optionLine(condition, option));
  if (argument.kind === "files") lines.push(`complete -c nightjar -n ${condition} -F`);
  if (argument.kind === "words") {
    lines.push(`complete -c nightjar -n ${condition} -a ${quoted(argument.words.join(" "))}`);
  }
  return lines;
}

function wordLine(condition: string, word: string, help: string): string {
  return `complete -c nightjar -n ${quoted(condition)} -a ${word} -d ${quoted(help)}`;
}

export function fishScript(): string {
  const commands = allCommands();
  const first = firstWords().map(({ word, help }) => wordLine("__nightjar_words 0", word, help));
  const second = wordGroups().flatMap(({ first: word }) =>
    commands
      .filter(({ words }) => words[0] === word && words.length > 1)
      .map(({ words, help }) =>
        wordLine(`__nightjar_words 1; and __nightjar_at ${word}`, words[1], help),
      ),
  );
  const lines = [
    "complete -c nightjar -f",
    ...first,
    ...second,
    "complete -c nightjar -n '__nightjar_words 0' -l version -d 'show the version'",
    "complete -c nightjar -n '__nightjar_words 0' -l help -d 'show help'",
    ...commands.flatMap(commandLines),
  ];
  return `# Completion of nightjar for fish. For this shell: nightjar completion fish | source

${FUNCTIONS}

${lines.join("\n")}
`;
}
