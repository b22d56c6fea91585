/**
 * `{{env NAME}}`: read before the run by the process that the person has started, and handed to the
 * workers beside the files of the plan, so that no plan, result or argument holds the value.
 */
import { HEADER_VALUE, LIMIT } from "./plan-limits.ts";
import type { Path } from "./plan-place.ts";
import type { ParsedDocument } from "./plan-schema.ts";
import { proxyTextsOf, type TextPart, templatesOf } from "./target-text.ts";
import { holesOf, type Template } from "./template.ts";

/** Begins the names of environment variables among the assets of an order. */
export const ENV_PREFIX = "env:";

/** Why the value cannot stand there, without the value, which may be a secret. */
export function envFault(value: string, part: TextPart): string | undefined {
  if (part === "body") return undefined;
  if (/[\r\n]/.test(value)) return "holds a line break, which no header and no URL may have";
  if (value.length > LIMIT.headerBytes) return `has more than ${LIMIT.headerBytes} characters`;
  const isPlain = part === "url" || HEADER_VALUE.test(value);
  return isPlain ? undefined : "holds characters that no header may have";
}

/** A text of an environment variable and nothing else: it says nothing of the value. */
export function isEnvAlone(text: string): boolean {
  return /^\{\{\s*env\s+[A-Za-z_]\w*\s*\}\}$/.test(text);
}

export interface EnvUse {
  readonly name: string;
  readonly part: TextPart;
  readonly path: Path;
}

/** Where the plan wants variables of the environment; one may be wanted twice. */
export function envUsesOf({
  targets,
  connection,
}: Pick<ParsedDocument, "targets" | "connection">): EnvUse[] {
  const ofTargets = targets.flatMap((target, index) =>
    templatesOf(target, index).flatMap(({ hole, part, path }) => useOf(hole.template, part, path)),
  );
  const ofProxy = proxyTextsOf(connection.proxyHeaders).flatMap(({ name, segments }) =>
    holesOf(segments).flatMap(({ template }) =>
      useOf(template, "header", ["connection", "proxyHeaders", name]),
    ),
  );
  return [...ofTargets, ...ofProxy];
}

function useOf(template: Template, part: TextPart, path: Path): EnvUse[] {
  return template.kind === "env" ? [{ name: template.name, part, path }] : [];
}
