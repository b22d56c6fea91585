/** What a person is told of a conversion: the keys that the document did not say. */
import type { ResultDocument } from "@nightjar/core/result/result-document.ts";

export function unsaidNotes({ source }: ResultDocument): string[] {
  const { absent = [], assumed = [] } = source ?? {};
  return [
    ...(absent.length === 0 ? [] : [`not said by the document: ${absent.join(", ")}`]),
    ...(assumed.length === 0 ? [] : [`not said either, and assumed: ${assumed.join(", ")}`]),
  ];
}
