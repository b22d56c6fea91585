/**
 * SmpConfig: an SMP test configuration (`smp.PerformanceTestConfig`, and the mesh beside it), free
 * of the shape that a file gives it. What a document does not say has the default of its type.
 */
import type { GeneratorName } from "@nightjar/core/plan/generator-name.ts";
import type { SmpMesh } from "./smp-mesh.ts";

export interface SmpConfig {
  readonly smpVersion: string;
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly clients: readonly SmpClient[];
  readonly duration: string;
  readonly mesh: SmpMesh;
}

export interface SmpClient {
  /** Whether it runs inside the cluster of what it measures. */
  readonly internal: boolean;
  /** Empty: nobody is named. */
  readonly loadGenerator: GeneratorName | "";
  /** Empty: the document does not say. */
  readonly protocol: SmpProtocol | "";
  /** 0: the document does not say. */
  readonly connections: number;
  /** Of all its connections together; 0: as fast as answers come. */
  readonly rps: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
  readonly endpointUrls: readonly string[];
  /** PEM. */
  readonly sslCertificate: string;
  readonly additionalOptions: string;
}

/** In the order of the enum `smp.PerformanceTestConfig.Client.Protocol`, from 1. */
export const SMP_PROTOCOLS = ["http", "tcp", "udp", "grpc"] as const;
export type SmpProtocol = (typeof SMP_PROTOCOLS)[number];

/** What Nightjar writes where nothing else is known. */
export const SMP_VERSION = "v0.0.1";
/** Every version that there has been. */
export const KNOWN_VERSION = /^v?0(\.\d{1,6}){1,2}([-+][\w.+-]{1,50})?$/;

export const SMP_LIMIT = {
  clients: 100,
  certificateBytes: 1024 * 1024,
  optionBytes: 16_384,
  /** Of a result. */
  qps: 100_000_000,
  latencyMs: 86_400_000,
  durationS: 366 * 86_400,
} as const;
