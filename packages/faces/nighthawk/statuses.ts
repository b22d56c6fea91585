/** What upstream answers when something is not as it should be: codes and texts of its contract. */
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Status, StatusSchema } from "@nightjar/wire/generated/google/rpc/status_pb.ts";

export const BUSY = "Only a single benchmark session is allowed at a time.";
export const UNSUPPORTED = "Request is not supported yet.";
export const PAST = "Scheduled execution date already transpired.";
const FAILED = "Unknown failure. See Nighthawk Service logs.";
const UNPREPARED = "Unable to create ProcessImpl:";

/** All of them have this one. */
function detail(message: string): Status {
  return create(StatusSchema, { code: Code.Internal, message });
}

export const invalidOptions = detail;

export function unprepared(reason: string): Status {
  return detail(`${UNPREPARED} ${reason}`);
}

/** Upstream knows no causes; we say them. */
export function failedRun(causes: readonly string[]): Status {
  return detail([FAILED, ...causes.map((cause) => `${cause}.`)].join(" "));
}

/** Ends the whole call. */
export function callError(text: string): ConnectError {
  return new ConnectError(text, Code.Internal);
}
