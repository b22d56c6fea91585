/**
 * Formats for people and for what shows tests: written from any result, or from several side by
 * side, and not read.
 */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { SideBySide } from "@nightjar/core/result/side-by-side.ts";
import { htmlOf } from "../html/html.ts";
import { htmlOfSeveral } from "../html/side-by-side.ts";
import { junitOf } from "../junit/junit.ts";
import { junitOfSeveral } from "../junit/side-by-side.ts";
import { markdownOf } from "../markdown/markdown.ts";
import { markdownOfSeveral } from "../markdown/side-by-side.ts";
import { type ConvertContext, resultIn, severalIn, type TextFormat } from "./content.ts";

interface Writers {
  readonly one: (result: ResultDocument, context: ConvertContext) => string;
  readonly several: (document: SideBySide, context: ConvertContext) => string;
}

function report(name: string, help: string, { one, several }: Writers): TextFormat {
  return {
    ...{ name, help },
    reads: [],
    writes: ["result", "set of results"],
    syntax: "text",
    print: (content, context) => ({
      value:
        content.noun === "result"
          ? one(resultIn(content), context)
          : several(severalIn(content), context),
      notes: [],
    }),
  };
}

export const REPORT_FORMATS: readonly TextFormat[] = [
  report("html", "the report as one HTML file", {
    one: (result, { inflate }) => htmlOf(result, { inflate }),
    several: (document, { inflate }) => htmlOfSeveral(document, { inflate }),
  }),
  report("markdown", "the report for a pull request", {
    one: (result) => markdownOf(result),
    several: (document) => markdownOfSeveral(document),
  }),
  report("junit", "JUnit XML, a case for each threshold", {
    one: (result) => junitOf(result),
    several: (document) => junitOfSeveral(document),
  }),
];
