/**
 * The report as one HTML file that needs nothing else: no script, no font, no request. The verdict
 * stands first, then the numbers that most look for, then all that the Result holds.
 */
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { histogramOf } from "../result-histograms.ts";
import { accountsSection } from "./accounts-section.ts";
import { agentsSection } from "./agents-section.ts";
import { courseSection } from "./course-section.ts";
import { environmentSection } from "./environment-section.ts";
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
import { planSection } from "./plan-section.ts";
import { readingSection, wordsSection } from "./reading-section.ts";
import { STYLE } from "./style.ts";
import { thresholdsSection } from "./thresholds-section.ts";
import { keyNumbers, OUTCOMES, titleSection, verdictSection } from "./verdict-section.ts";

/** Were something of others taken for markup, it could still load nothing and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'";

function headOf(title: string): Markup {
  return html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Nightjar">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(STYLE)}</style>`;
}

/** What most look for first. */
export function summarySections(result: ResultDocument): Markup[] {
  return [verdictSection(result), keyNumbers(result), thresholdsSection(result)];
}

/** All else that a Result holds. Throws `protocol` for one with a broken histogram. */
export function detailSections(result: ResultDocument, inflate: Deflate): Markup[] {
  const read = (name: Parameters<typeof histogramOf>[1]) => histogramOf(result, name, inflate);
  return [
    latencySection(result, read),
    courseSection(result),
    errorsSection(result),
    stagesSection(result),
    targetsSection(result),
    agentsSection(result),
    backendsSection(result),
    headersSection(result),
    probeSection(result),
    wordsSection(result, inflate),
    accountsSection(result),
    healthSection(result),
    planSection(result),
    environmentSection(result),
  ];
}

/** Ends with a newline. */
export function pageOf(title: string, body: readonly Markup[]): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
${headOf(title)}
</head>
<body>
<main>
${body}</main>
</body>
</html>
`;
  return page.text;
}

/** Ends with a newline. Throws `protocol` for a Result with a broken histogram. */
export function htmlOf(result: ResultDocument, { inflate }: { readonly inflate: Deflate }): string {
  const title = `${OUTCOMES[result.verdict.outcome].word} · ${result.name}`;
  return pageOf(title, [
    titleSection(result),
    ...summarySections(result),
    ...detailSections(result, inflate),
    readingSection(result.source),
  ]);
}
