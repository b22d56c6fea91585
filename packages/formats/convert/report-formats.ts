/** Formats for people and for what shows tests: written from any result, and not read. */
import { htmlOf } from "../html/html.ts";
import { junitOf } from "../junit/junit.ts";
import { markdownOf } from "../markdown/markdown.ts";
import { resultIn, type TextFormat } from "./content.ts";

export const REPORT_FORMATS: readonly TextFormat[] = [
  {
    name: "html",
    help: "the report as one HTML file",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content, { inflate }) => ({
      value: htmlOf(resultIn(content), { inflate }),
      notes: [],
    }),
  },
  {
    name: "markdown",
    help: "the report for a pull request",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content) => ({ value: markdownOf(resultIn(content)), notes: [] }),
  },
  {
    name: "junit",
    help: "JUnit XML, a case for each threshold",
    reads: [],
    writes: ["result"],
    syntax: "text",
    print: (content) => ({ value: junitOf(resultIn(content)), notes: [] }),
  },
];
