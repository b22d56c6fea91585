/**
 * A refusal of the plan that was made of Nighthawk's options, by the name of the option: who drives
 * the service has never seen a plan.
 */
import { NightjarError } from "@nightjar/core/errors.ts";
import type { CommandLineOptions } from "../generated/nighthawk/client/options_pb.ts";

/** `load.rate: …`, `targets[0].headers["a b"]: …` */
const HEAD = /^[A-Za-z]\w*(?:\.[^\s.:[\]]+|\[(?:\d+|"(?:[^"\\]|\\.)*")\])*(?=: )/;

/** Of all workers: a plan has totals, and the options what each of them has. */
const OF_ALL = " of all workers";

const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^targets\[\d+\]\.headers/, "request_options.request_headers"],
  [/^targets\[\d+\]\.method/, "request_options.request_method"],
  [/^targets\[\d+\]\.bodySize/, "request_options.request_body_size"],
  [/^labels/, "labels"],
  [/^load\.connections/, `connections${OF_ALL}`],
  [/^load\.rate/, `requests_per_second${OF_ALL}`],
  [/^load\.stages/, "rate_limiter_plugin_config"],
  [/^load\.maxBacklog/, `max_pending_requests${OF_ALL}`],
  [/^load\.arrivals/, "burst_size"],
  [/^workers/, "concurrency"],
  [/^duration/, "duration"],
  [/^connectTimeout/, "timeout"],
  [/^connection\.addressFamily/, "address_family"],
  [/^connection\.maxRequests/, "max_requests_per_connection"],
  [/^recordHeaders\S*/, "latency_response_header_name"],
];

/** Anything but a refused plan is given back as it is. */
export function byOption(error: unknown, { oneofUri }: CommandLineOptions): unknown {
  if (!(error instanceof NightjarError) || error.code !== "bad-plan") return error;
  const head = HEAD.exec(error.message)?.[0];
  if (head === undefined) return error;
  const target = oneofUri.case === "multiTarget" ? "multi_target" : "uri";
  const known = [...OPTIONS, [/^(?:targets|tls)\S*/, target] as const];
  const [found, name] = known.find(([pattern]) => pattern.test(head)) ?? [];
  if (found === undefined) return error;
  // What stands behind it is said of the option too: `labels.a`, `request_headers["a b"]`.
  const message = name + error.message.replace(found, "");
  return new NightjarError("bad-plan", message, error.hint);
}
