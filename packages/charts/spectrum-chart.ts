/** The percentile spectrum of one Result as a picture. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";
import type { HistogramReader } from "./curve.ts";
import { type SpectrumLine, spectrumOf } from "./spectrum.ts";
import { type DrawnLine, drawSpectrum, type SpectrumPlace } from "./spectrum-drawing.ts";

const WORDS = { title: "Latency by percentile", axis: "latency by percentile" } as const;

function drawn({ column, points, isCurve }: SpectrumLine): DrawnLine {
  const isStrong = column === "response";
  return { name: column, ink: column, points, isCurve, isStrong, isShaded: isStrong };
}

/** Empty where no column has samples enough. */
export function spectrumChart(
  result: ResultDocument,
  read: HistogramReader,
  place: SpectrumPlace,
): string {
  return drawSpectrum(spectrumOf(result, read).map(drawn), place, WORDS);
}
