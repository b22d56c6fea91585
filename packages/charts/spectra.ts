/**
 * Spectra: the percentile spectra of several runs, a group for each kind of latency. A run has one
 * colour in all groups. Unlike kinds are never in one picture.
 */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import { type HistogramReader, ninesOf } from "./curve.ts";
import type { HeadlineColumn } from "./headline.ts";
import { type SpectrumLine, spectrumOf } from "./spectrum.ts";
import { type DrawnLine, drawSpectrum, type SpectrumPlace } from "./spectrum-drawing.ts";
import { RUN_INKS } from "./theme.ts";

export interface SpectrumRun {
  readonly name: string;
  readonly result: ResultDocument;
  readonly read: HistogramReader;
}

export interface Spectra {
  readonly kind: HeadlineColumn;
  /** At least one. */
  readonly lines: readonly RunLine[];
}

type RunLine = SpectrumLine & Pick<DrawnLine, "name" | "ink">;

/** What everybody measures stands first: more can be compared there. */
const KINDS: readonly HeadlineColumn[] = ["service", "response"];
/** p10: the shortest of all would press what differs, the tails, onto each other. */
const FROM_X = ninesOf(0.1);
/** Names at the ends of more have no room. */
export const MOST_SPECTRA = 12;

/** Of the first runs, so many as a picture can name; of each kind that anybody measures. */
export function spectraOf(runs: readonly SpectrumRun[]): Spectra[] {
  const shown = runs.slice(0, MOST_SPECTRA).flatMap(({ name, result, read }, at): RunLine[] => {
    const ink = RUN_INKS[at % RUN_INKS.length];
    return spectrumOf(result, read).map((line) => ({ ...line, name, ink }));
  });
  return KINDS.map((kind) => ({
    kind,
    lines: shown.filter(({ column }) => column === kind),
  })).filter(({ lines }) => lines.length > 0);
}

/** `all`: those with which it is to be compared, which have the same axes. */
export function spectraChart(
  { kind, lines }: Spectra,
  all: readonly Spectra[],
  place: SpectrumPlace,
): string {
  const drawn = lines.map(({ name, ink, points, isCurve }) => ({
    ...{ name, ink, points, isCurve },
    ...{ isStrong: true, isShaded: lines.length === 1 },
  }));
  const words = { title: `${kind} latency by percentile`, axis: `${kind} latency by percentile` };
  const held = { lines: all.flatMap((group) => group.lines), fromX: FROM_X };
  return drawSpectrum(drawn, place, words, held);
}
