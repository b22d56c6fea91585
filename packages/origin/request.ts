/**
 * One request as it is being read. Each connection has one of these and uses it again and again.
 */
import type { Asked } from "./nighthawk-config.ts";
import type { Recipe } from "./recipe.ts";

/** A body of unknown length that comes in chunks. */
export const CHUNKED = -1;

export class Request {
  /** The exchange number, or −1. */
  number = -1;
  headOnly = false;
  /** 1: HTTP/1.1, 0: HTTP/1.0. */
  minor = 1;
  keepAlive = true;
  expectsContinue = false;
  /** Bytes of the body, or CHUNKED. */
  bodyBytes = 0;
  /** `GET /.control/log?…` for a control request, else undefined. */
  control: string | undefined = undefined;

  // The parser's own: ranges of the bytes being parsed, and what it has seen.
  queryFrom = 0;
  queryTo = 0;
  behaviourFrom = -1;
  behaviourTo = -1;
  /** Ranges of the values of CONFIG_HEADER, two numbers each; empty as a rule. */
  configs: number[] = [];
  hasHost = false;
  hasLength = false;
  /** Why the head is malformed; one sentence. */
  problem = "";

  // Added on the way to the answer.
  recipe: Recipe | undefined = undefined;
  /** What it asks for as of Nighthawk's test server; then it has no recipe. */
  asked: Asked | undefined = undefined;
  /** The head as text, where it is asked for. */
  head = "";
  arrivalNs = 0;
  /**
   * What its draws are made from: its number, or its place in the sequence of those without one.
   */
  index = 0;
  /** Its row in the log. */
  place = -1;

  get hasBody(): boolean {
    return this.bodyBytes !== 0;
  }

  /** Back to what the parser expects to find. */
  reset(): void {
    this.number = -1;
    this.headOnly = false;
    this.minor = 1;
    this.keepAlive = true;
    this.expectsContinue = false;
    this.bodyBytes = 0;
    this.control = undefined;
    this.queryFrom = 0;
    this.queryTo = 0;
    this.behaviourFrom = -1;
    this.behaviourTo = -1;
    if (this.configs.length > 0) this.configs = [];
    this.asked = undefined;
    this.hasHost = false;
    this.hasLength = false;
  }
}
