/**
 * The report as one HTML file that needs nothing else: no script, no font, no request. The verdict
 * stands first, then the numbers that most look for, then all that the Result holds.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { histogramOf } from "../result-histograms.ts";
import { accountsSection } from "./accounts-section.ts";
import { courseSection } from "./course-section.ts";
import { errorsSection } from "./errors-section.ts";
import { healthSection } from "./health-section.ts";
import { latencySection } from "./latency-section.ts";
import { html, type Markup, trusted } from "./markup.ts";
import {
  backendsSection,
  headersSection,
  probeSection,
  stagesSection,
  targetsSection,
} from "./parts-section.ts";
import { environmentSection, planSection } from "./plan-section.ts";
import { readingSection, wordsSection } from "./reading-section.ts";
import { STYLE } from "./style.ts";
import { thresholdsSection } from "./thresholds-section.ts";
import { keyNumbers, OUTCOMES, titleSection, verdictSection } from "./verdict-section.ts";

/** Were something of others taken for markup, it could still load nothing and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";

function headOf({ name, verdict }: ResultDocument): Markup {
  return html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Nightjar">
<link rel="icon" href="data:,">
<title>${OUTCOMES[verdict.outcome].word} · ${name}</title>
<style>${trusted(STYLE)}</style>`;
}

/** Ends with a newline. Throws `protocol` for a Result with a broken histogram. */
export function htmlOf(result: ResultDocument, { inflate }: { readonly inflate: Deflate }): string {
  const read = (name: Parameters<typeof histogramOf>[1]) => histogramOf(result, name, inflate);
  const body = [
    titleSection(result),
    verdictSection(result),
    keyNumbers(result),
    thresholdsSection(result),
    latencySection(result, read),
    courseSection(result),
    errorsSection(result),
    stagesSection(result),
    targetsSection(result),
    backendsSection(result),
    headersSection(result),
    probeSection(result),
    wordsSection(result, inflate),
    accountsSection(result),
    healthSection(result),
    planSection(result),
    environmentSection(result),
    readingSection(),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
${headOf(result)}
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
  return page.text;
}
