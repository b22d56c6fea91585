/** The targets of a plan: their URLs, headers and bodies, and what must not stand in them. */

import { LIMIT } from "./plan-limits.ts";
import { refuse } from "./plan-load.ts";
import type { ParsedDocument } from "./plan-schema.ts";
import type { Target } from "./target-schema.ts";
import { templatesOf, textsOf } from "./target-text.ts";

/** Nightjar sets these itself. */
export const FRAMING_HEADER = /^(content-length|transfer-encoding|connection)$/i;

/** The header of the exchange number may neither frame the request nor stand in it already. */
function checkNumberHeader({ numberHeader, targets, connection }: ParsedDocument): void {
  if (numberHeader === undefined) return;
  if (FRAMING_HEADER.test(numberHeader) || /^host$/i.test(numberHeader)) {
    refuse("numberHeader", `"${numberHeader}" is set by Nightjar, since it frames the request`);
  }
  const isIn = (headers: object) =>
    Object.keys(headers).some((name) => name.toLowerCase() === numberHeader.toLowerCase());
  if (targets.some(({ headers }) => isIn(headers))) {
    refuse("numberHeader", `"${numberHeader}" is among the headers of the target already`);
  }
  if (isIn(connection.proxyHeaders)) {
    refuse("numberHeader", `"${numberHeader}" is among the headers for the proxy already`);
  }
}

const BODIES = ["body", "bodyFile", "bodySize"] as const;

function checkBody(target: Target, where: string): void {
  const bodies = BODIES.filter((key) => target[key] !== undefined);
  if (bodies.length > 1) refuse(where, `${bodies.join(" and ")} contradict each other`, "keep one");
}

function checkHeaders(target: Target, where: string): void {
  const names = Object.keys(target.headers);
  if (names.length > LIMIT.headers) refuse(`${where}.headers`, `at most ${LIMIT.headers} headers`);
  for (const name of names) {
    if (FRAMING_HEADER.test(name)) {
      refuse(`${where}.headers`, `"${name}" is set by Nightjar, since it frames the request`);
    }
  }
}

function resolveTarget(target: Target, index: number): Target {
  const where = `targets[${index}]`;
  const { url } = textsOf(target, index);
  checkBody(target, where);
  checkHeaders(target, where);
  const count = templatesOf(target, index).length;
  if (count > LIMIT.templates) {
    refuse(where, `at most ${LIMIT.templates} templates, found ${count}`);
  }
  return { ...target, url: url.text };
}

/** Each worker holds all of them. */
function checkBodySizes(targets: readonly Target[]): void {
  const total = targets.reduce((sum, { bodySize = 0 }) => sum + bodySize, 0);
  if (total <= LIMIT.bodiesBytes) return;
  const last = targets.findLastIndex(({ bodySize }) => bodySize !== undefined);
  const most = `at most ${LIMIT.bodiesBytes} bytes for all targets together, found ${total}`;
  refuse(`targets[${last}].bodySize`, most);
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
  checkBodySizes(document.targets);
  return document.targets.map(resolveTarget);
}
