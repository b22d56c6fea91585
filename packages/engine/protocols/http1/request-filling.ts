/** Texts of a target → pieces of its request: what is known before the run is filled in now. */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { TextPart } from "@nightjar/core/plan/target-text.ts";
import type { Segment, Template } from "@nightjar/core/plan/template.ts";
import { ENV_PREFIX, envFault } from "@nightjar/core/plan/template-env.ts";
import type { Assets } from "@nightjar/core/run/load-generator.ts";
import { assetOf } from "../../asset.ts";
import type { Piece } from "./request-template.ts";
import { RandInt, Seq, Uuid } from "./request-variable.ts";

/** Header values may hold obs-text: a character is a byte. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const utf8 = (text: string) => new TextEncoder().encode(text);

interface Encoding {
  readonly literal: (text: string) => Uint8Array;
  readonly env: (value: string) => Uint8Array;
}

/** The URL is percent-encoded already; what is filled in stays within its part of the path. */
const ENCODINGS: Readonly<Record<TextPart, Encoding>> = {
  url: { literal: latin1, env: (value) => latin1(encodeURIComponent(value)) },
  header: { literal: latin1, env: latin1 },
  body: { literal: utf8, env: utf8 },
};

/** Of one target: it counts the templates that are drawn. */
export class Filling {
  private occurrence = 0;

  constructor(
    private readonly seed: number,
    readonly assets: Assets,
  ) {}

  /** Throws `prepare-failed` where an environment variable did not come, or cannot stand there. */
  pieces(segments: readonly Segment[], part: TextPart): Piece[] {
    return segments.map((segment) =>
      typeof segment === "string"
        ? ENCODINGS[part].literal(segment)
        : this.fill(segment.template, part),
    );
  }

  private fill(template: Template, part: TextPart): Piece {
    switch (template.kind) {
      case "seq":
        return new Seq();
      case "uuid":
        return new Uuid(this.seed, this.occurrence++);
      case "randInt":
        return new RandInt(this.seed, this.occurrence++, template.min, template.max);
      case "env":
        return this.env(template.name, part);
    }
  }

  private env(name: string, part: TextPart): Uint8Array {
    const value = new TextDecoder().decode(assetOf(this.assets, ENV_PREFIX + name));
    const fault = envFault(value, part);
    if (fault === undefined) return ENCODINGS[part].env(value);
    throw new NightjarError("prepare-failed", `the environment variable ${name} ${fault}`);
  }
}
