/** The text of a Nighthawk Output in JSON → the Output. Strict, as upstream's own tools are. */
import { parseJsonText } from "../reading/json-text.ts";
import { Place } from "../reading/place.ts";
import { OUTPUT, type Output } from "./output-messages.ts";
import { readMessage } from "./parse-message.ts";

const FORMAT = "Nighthawk Output";

/** Throws `file` with the path of the first thing that is wrong. */
export function parseOutput(text: string): Output {
  return outputOf(parseJsonText(text, FORMAT));
}

/** Of a value that is JSON already. */
export function outputOf(json: unknown): Output {
  return readMessage(new Place(json, FORMAT), OUTPUT) as Output;
}
