/** What a real Markdown renderer, GitHub's own, makes of texts of others: the same texts. */
import { expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { requirePart } from "@nightjar/testkit/parts.ts";
import { SAMPLE_NAMES, sample } from "../fixtures/sample-results.ts";
import { byClients, byGenerators } from "../fixtures/sample-several.ts";
import { namedRuns } from "../side-by-side/runs.ts";
import { code, plain } from "./inline.ts";
import { markdownOf } from "./markdown.ts";
import { markdownOfSeveral } from "./side-by-side.ts";

async function rendered(markdown: string): Promise<string> {
  const extensions = ["table", "autolink", "strikethrough"].flatMap((name) => ["-e", name]);
  const child = Bun.spawn([requirePart("cmark-gfm"), ...extensions, "--unsafe"], {
    stdin: new TextEncoder().encode(markdown),
    stdout: "pipe",
  });
  return new Response(child.stdout).text();
}

function textOf(html: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return html.replace(/&(amp|lt|gt|quot);/g, (_, name) => named[name]).replaceAll("\u2060", "");
}

const TEXTS = [
  "@user fixes #1 :smile: https://x.example www.x.example a@b.example",
  "| a | b |",
  "`x` ``y`` **b** _i_ ~~s~~ [l](http://x.example) ![i](http://x.example)",
  "<b>bold</b> <img src=x onerror=y> <!-- x --> -->",
  "- - x",
  "1. x",
  "# h",
  "a\\|b `|` c\\",
  "&lt;script&gt; &amp; &#60;",
  "``` js",
  "\\`",
];

test("they stand as they are, in a line, in a heading and in a cell", async () => {
  for (const text of TEXTS) {
    const row = `| ${plain(text)} | ${code(text)} |`;
    const markdown = `### ${plain(text)}\n\n- ${plain(text)}\n\n| a | b |\n|---|---|\n${row}\n`;
    const html = await rendered(markdown);
    const elements = [...html.matchAll(/<(h3|li|td)>(.*?)<\/\1>/g)].map(([, , inner]) => inner);
    const [cell] = elements.splice(3);
    expect(elements.map(textOf)).toEqual([text, text, text]);
    expect(textOf(cell)).toBe(`<code>${text}</code>`);
  }
});

test("several runs become one table, and a fold for each with tables in it", async () => {
  for (const document of [byGenerators(deflateSync), byClients(deflateSync)]) {
    const markdown = markdownOfSeveral(document);
    const html = await rendered(markdown);
    expect(html.match(/<table>/g)?.length).toBe(markdown.match(/^\|(?: :?-+:? \|)+$/gm)?.length);
    const [head] = html.split("<details>");
    expect(head.match(/<tr>/g)?.length).toBeGreaterThan(document.results.length);
    for (const { name } of namedRuns(document))
      expect(head).toContain(`<td align="left">${name}</td>`);
    expect(html).not.toContain("<a ");
  }
});

test("the samples become tables and no link", async () => {
  for (const name of SAMPLE_NAMES) {
    const markdown = markdownOf(sample(name, deflateSync));
    const html = await rendered(markdown);
    expect(html.match(/<table>/g)?.length).toBe(markdown.match(/^\|(?: :?-+:? \|)+$/gm)?.length);
    expect(html).not.toContain("<a ");
    expect(html).toContain("<h3>");
  }
});
