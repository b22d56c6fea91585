/** The percentile spectra of several runs over each other, a picture for each kind of latency. */

import {
  MOST_SPECTRA,
  type Spectra,
  type SpectrumRun,
  spectraChart,
  spectraOf,
} from "@nightjar/charts/spectra.ts";
import { hasBounds } from "@nightjar/charts/spectrum.ts";
import type { Deflate } from "@nightjar/core/record/hdr-codec.ts";
import { count } from "../figures.ts";
import { histogramOf } from "../result-histograms.ts";
import { KIND_MEANING, measuredOf, type NamedRun } from "../side-by-side/runs.ts";
import { figure } from "./latency-section.ts";
import type { Markup } from "./markup.ts";
import { section } from "./table.ts";

/** Names at the ends of lines have no room for more. */
const MOST_NAME = 14;

function drawable({ name, result }: NamedRun, inflate: Deflate): SpectrumRun {
  const characters = [...name];
  const short =
    characters.length > MOST_NAME ? `${characters.slice(0, MOST_NAME - 1).join("")}…` : name;
  return { name: short, result, read: (column) => histogramOf(result, column, inflate) };
}

/** What is not from exact histograms says so beside the picture too. */
function captionOf({ kind, lines }: Spectra, groups: number, runs: readonly NamedRun[]): string {
  const said = [`${kind}: ${KIND_MEANING[kind]}.`];
  if (groups > 1) said.push("Both pictures have the same axes.");
  if (hasBounds(lines)) said.push("Dashed: not answered, and surely not below.");
  if (lines.some(({ isCurve }) => !isCurve)) {
    said.push("Dots: the percentiles that are stated; nothing is known between them.");
  }
  const coarse = runs.filter(
    ({ result }) => measuredOf(result, kind) && result.generator.fidelity.kind === "buckets",
  );
  if (coarse.length > 0) said.push(`From buckets: ${coarse.map(({ name }) => name).join(", ")}.`);
  if (runs.length > MOST_SPECTRA) {
    said.push(`The first ${count(MOST_SPECTRA)} of ${count(runs.length)}.`);
  }
  return said.join(" ");
}

export function spectraSection(runs: readonly NamedRun[], inflate: Deflate): Markup {
  const groups = spectraOf(runs.map((run) => drawable(run, inflate)));
  const figures = groups.map((spectra) =>
    figure(
      `spectra-${spectra.kind}`,
      (place) => spectraChart(spectra, groups, place),
      captionOf(spectra, groups.length, runs),
    ),
  );
  return section("spectra", "Latency by percentile", figures);
}
