/** The texts of a target, cut at their templates, in the order in which they are sent. */
import { speaksOfSecret } from "./header-secrecy.ts";
import type { Path } from "./plan-place.ts";
import type { Target } from "./target-schema.ts";
import { parseTargetUrl, type TargetUrl } from "./target-url.ts";
import { type Hole, holesOf, parseTemplates, refuseTemplate, type Segment } from "./template.ts";

export interface HeaderText {
  readonly name: string;
  readonly segments: readonly Segment[];
}

export interface TargetTexts {
  readonly url: TargetUrl;
  readonly headers: readonly HeaderText[];
  /** Empty where the body is no text of the plan. */
  readonly body: readonly Segment[];
}

/** `index`: of the target in its plan. Throws `PlanRefusal`. */
export function textsOf(target: Target, index: number): TargetTexts {
  const path = ["targets", index];
  return {
    url: parseTargetUrl(target.url, [...path, "url"]),
    headers: Object.entries(target.headers).map(([name, value]) => {
      const place = { path: [...path, "headers", name], isSecret: speaksOfSecret(name) };
      return { name, segments: parseTemplates(value, place) };
    }),
    body: parseTemplates(target.body ?? "", { path: [...path, "body"] }),
  };
}

/** The headers for the proxy, which are the same in every request. Throws `PlanRefusal`. */
export function proxyTextsOf(headers: Readonly<Record<string, string>>): HeaderText[] {
  return Object.entries(headers).map(([name, value]) => {
    const place = { path: ["connection", "proxyHeaders", name], isSecret: speaksOfSecret(name) };
    const segments = parseTemplates(value, place);
    const other = holesOf(segments).find(({ template }) => template.kind !== "env");
    if (!other) return { name, segments };
    const message = `${other.template.kind} changes with the exchange`;
    return refuseTemplate(value, other.at, place, message, "allowed: {{env NAME}}");
  });
}

export type TextPart = "url" | "header" | "body";

export interface PlacedHole {
  readonly hole: Hole;
  readonly part: TextPart;
  readonly path: Path;
}

/** All templates of the target. */
export function templatesOf(target: Target, index: number): PlacedHole[] {
  const { url, headers, body } = textsOf(target, index);
  const path = ["targets", index];
  const placed = (segments: readonly Segment[], part: TextPart, key: readonly string[]) =>
    holesOf(segments).map((hole) => ({ hole, part, path: [...path, ...key] }));
  return [
    ...placed(url.segments, "url", ["url"]),
    ...headers.flatMap(({ name, segments }) => placed(segments, "header", ["headers", name])),
    ...placed(body, "body", ["body"]),
  ];
}
