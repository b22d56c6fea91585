/** A client of Nighthawk's gRPC service, for tests: one call, what was asked and what came. */
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Channel } from "@nightjar/core/run/channel.ts";
import type * as wire from "@nightjar/wire/generated/nighthawk/client/options_pb.ts";
import {
  type ExecutionRequest,
  ExecutionRequestSchema,
  type ExecutionResponse,
  NighthawkService,
} from "@nightjar/wire/generated/nighthawk/client/service_pb.ts";

export { Code };

export type OptionsInit = MessageInitShape<typeof wire.CommandLineOptionsSchema>;

export interface CallOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
}

export function startRequest(options: OptionsInit): ExecutionRequest {
  return create(ExecutionRequestSchema, {
    commandSpecificOptions: { case: "startRequest", value: { options } },
  });
}

export function otherRequest(which: "updateRequest" | "cancellationRequest"): ExecutionRequest {
  return create(ExecutionRequestSchema, { commandSpecificOptions: { case: which, value: {} } });
}

/** A call in which requests and responses come as one likes. */
export class NighthawkCall {
  private readonly requests = new Channel<ExecutionRequest>();
  private readonly responses: AsyncIterator<ExecutionResponse>;

  /** `address`: HOST:PORT */
  constructor(address: string, { token, signal }: CallOptions = {}) {
    const client = createClient(
      NighthawkService,
      createGrpcTransport({ baseUrl: `http://${address}` }),
    );
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answers = client.executionStream(this.requests, { headers, signal });
    this.responses = answers[Symbol.asyncIterator]();
  }

  send(request: ExecutionRequest): this {
    this.requests.push(request);
    return this;
  }

  /** Nothing more is asked. */
  end(): this {
    this.requests.end();
    return this;
  }

  /** `undefined`: the call has ended well. Throws a `ConnectError` where it has not. */
  async next(): Promise<ExecutionResponse | undefined> {
    const { done, value } = await this.responses.next();
    return done ? undefined : value;
  }

  /** All responses that are left, and how the call ended. */
  async rest(): Promise<{ responses: ExecutionResponse[]; error: ConnectError | undefined }> {
    const responses: ExecutionResponse[] = [];
    try {
      for (let one = await this.next(); one !== undefined; one = await this.next()) {
        responses.push(one);
      }
      return { responses, error: undefined };
    } catch (error) {
      return { responses, error: ConnectError.from(error) };
    }
  }
}

/** One benchmark, as upstream's client asks for it. */
export async function benchmark(address: string, options: OptionsInit, call?: CallOptions) {
  const { responses, error } = await new NighthawkCall(address, call)
    .send(startRequest(options))
    .end()
    .rest();
  if (error !== undefined) throw error;
  if (responses.length !== 1) throw new Error(`one response is due, found ${responses.length}`);
  return responses[0];
}
