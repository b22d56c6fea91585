/**
 * Secrets of an order. What an agent says goes into a stream that others read, and a program or a
 * library that fails may quote what it was given: no secret leaves the agent in anybody's sentence.
 */
import { REDACTED, speaksOfSecret } from "@nightjar/core/plan/header-secrecy.ts";
import type { Plan } from "@nightjar/core/plan/plan.ts";
import { ENV_PREFIX, isEnvAlone } from "@nightjar/core/plan/template-env.ts";
import type { Message } from "@nightjar/core/run/link.ts";
import type { Assets, Ended, RunEvent } from "@nightjar/core/run/load-generator.ts";

/** What is shorter is in every text. */
const LEAST_CHARS = 4;
/** Of a part of a value: the token behind `Bearer`, a cookie's value. */
const LEAST_PART_CHARS = 8;

/** Gives a text without the secrets that stand in it. */
export type Hide = (text: string) => string;

/** Of the files, and of the plan if it is one. */
export function hiderOf(assets: Assets, plan?: Plan): Hide {
  const all = [
    ...variablesIn(assets),
    ...(plan ? [...headersIn(plan), ...keyIn(assets, plan)] : []),
  ];
  const texts = [...new Set(all.flatMap((text) => [text, encodeURIComponent(text)]))]
    .filter((text) => text.length >= LEAST_CHARS)
    .sort((a, b) => b.length - a.length);
  return (text) => texts.reduce((left, secret) => left.replaceAll(secret, REDACTED), text);
}

function variablesIn(assets: Assets): string[] {
  return Object.entries(assets).flatMap(([name, bytes]) =>
    name.startsWith(ENV_PREFIX) ? [new TextDecoder().decode(bytes)] : [],
  );
}

function headersIn({ targets, connection }: Plan): string[] {
  return [...targets.map(({ headers }) => headers), connection.proxyHeaders].flatMap((headers) =>
    Object.entries(headers)
      .filter(([name, value]) => speaksOfSecret(name) && !isEnvAlone(value))
      .flatMap(([, value]) => [value, ...partsOf(value)]),
  );
}

function partsOf(value: string): string[] {
  return value.split(/[\s;,=]+/).filter((part) => part.length >= LEAST_PART_CHARS);
}

/** Line by line, but for those that say what it is. */
function keyIn(assets: Assets, { tls }: Plan): string[] {
  if (tls.key === undefined || !Object.hasOwn(assets, tls.key)) return [];
  const lines = new TextDecoder().decode(assets[tls.key]).split(/\s*\n\s*/);
  return lines.filter((line) => line.length >= LEAST_PART_CHARS && !line.startsWith("-----"));
}

/** The message, without them in any text that a person may have to read. */
export function withoutSecrets(message: Message, hide: Hide): Message {
  if (message.type === "refused") {
    const { message: text, hint } = message;
    const hidden = { ...message, message: hide(text) };
    return hint === undefined ? hidden : { ...hidden, hint: hide(hint) };
  }
  return message.type === "event" ? { ...message, event: inEvent(message.event, hide) } : message;
}

function inEvent(event: RunEvent, hide: Hide): RunEvent {
  if (event.type === "ended") return inEnd(event, hide);
  if (event.type !== "snapshot") return event;
  if (event.cells.every(({ tally }) => Object.keys(tally.errors).length === 0)) return event;
  const cells = event.cells.map((cell) => {
    const errors = Object.entries(cell.tally.errors).map(([kind, error]) => [
      hide(kind),
      { ...error, sample: hide(error.sample) },
    ]);
    return { ...cell, tally: { ...cell.tally, errors: Object.fromEntries(errors) } };
  });
  return { ...event, cells };
}

function inEnd(event: Ended, hide: Hide): Ended {
  const { reason, notes, transcript } = event;
  return {
    ...event,
    reason: hide(reason),
    ...(notes ? { notes: notes.map(hide) } : {}),
    ...(transcript
      ? {
          transcript: {
            ...transcript,
            command: transcript.command.map(hide),
            stdout: hide(transcript.stdout),
            stderr: hide(transcript.stderr),
          },
        }
      : {}),
  };
}
