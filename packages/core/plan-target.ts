/** The targets of a plan: their URLs and headers, and what must not stand in them. */

import { LIMIT } from "./plan-limits.ts";
import { refuse } from "./plan-load.ts";
import type { ParsedDocument } from "./plan-schema.ts";
import type { Target } from "./target-schema.ts";

/** The URL in its normal form. Throws `bad-plan` for anything but http(s) without credentials. */
export function parseTargetUrl(text: string, where = "targets[0].url"): URL {
  const withScheme = text.includes("://");
  const url = URL.parse(text);
  if (!url || !withScheme) {
    refuse(where, `"${text}" is not an absolute URL`, "write it like http://host:port/path");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    refuse(where, `http:// or https:// is allowed, found ${url.protocol}//`);
  }
  if (url.username || url.password) {
    refuse(where, "credentials in a URL would show in results", "send an Authorization header");
  }
  url.hash = "";
  return url;
}

/** Nightjar sets these itself. */
export const FRAMING_HEADER = /^(content-length|transfer-encoding|connection)$/i;

/** The header of the exchange number may neither frame the request nor stand in it already. */
function checkNumberHeader({ numberHeader, targets }: ParsedDocument): void {
  if (numberHeader === undefined) return;
  if (FRAMING_HEADER.test(numberHeader) || /^host$/i.test(numberHeader)) {
    refuse("numberHeader", `"${numberHeader}" is set by Nightjar, since it frames the request`);
  }
  const isTaken = (name: string) => name.toLowerCase() === numberHeader.toLowerCase();
  if (targets.some((target) => Object.keys(target.headers).some(isTaken))) {
    refuse("numberHeader", `"${numberHeader}" is among the headers of the target already`);
  }
}

const BODIES = ["body", "bodyFile", "bodySize"] as const;

function resolveTarget(target: Target, index: number): Target {
  const where = `targets[${index}]`;
  const url = parseTargetUrl(target.url, `${where}.url`);
  const bodies = BODIES.filter((key) => target[key] !== undefined);
  if (bodies.length > 1) refuse(where, `${bodies.join(" and ")} contradict each other`, "keep one");
  const names = Object.keys(target.headers);
  if (names.length > LIMIT.headers) refuse(`${where}.headers`, `at most ${LIMIT.headers} headers`);
  for (const name of names) {
    if (FRAMING_HEADER.test(name)) {
      refuse(`${where}.headers`, `"${name}" is set by Nightjar, since it frames the request`);
    }
  }
  return { ...target, url: url.href };
}

/** Names by which thresholds find a target: its own, or its place in the list. */
export function targetNames(targets: readonly Target[]): string[] {
  return targets.map(({ name }, index) => name ?? String(index));
}

function checkNames(targets: readonly Target[]): void {
  const names = targetNames(targets);
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === index) continue;
    refuse(`targets[${index}].name`, `"${name}" names targets[${first}] already`);
  }
}

export function resolveTargets(document: ParsedDocument): Target[] {
  checkNumberHeader(document);
  checkNames(document.targets);
  return document.targets.map(resolveTarget);
}
