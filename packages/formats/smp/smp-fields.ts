/**
 * The messages of Service Mesh Performance (SMP) that Nightjar reads and writes: the names of their
 * fields, classic (snake_case) and current (camelCase), in the order of the `.proto`.
 */

export interface Field {
  readonly classic: string;
  readonly current: string;
}

/** In which a document writes all its names. */
export type SmpShape = keyof Field;

function fieldsOf(...classic: readonly string[]): readonly Field[] {
  return classic.map((name) => ({
    classic: name,
    current: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  }));
}

/** `smp.PerformanceTestConfig` */
export const TEST_FIELDS = fieldsOf("smp_version", "id", "name", "labels", "clients", "duration");

/** `smp.PerformanceTestConfig.Client` */
export const CLIENT_FIELDS = fieldsOf(
  ...["internal", "load_generator", "protocol", "connections", "rps", "headers", "cookies"],
  ...["body", "content_type", "endpoint_urls", "ssl_certificate", "additional_options"],
);

/** `smp.ServiceMesh` */
export const MESH_FIELDS = fieldsOf("type", "version", "labels", "annotations");

/** `smp.PerformanceTestResult` */
export const RESULT_FIELDS = fieldsOf(
  ...["smp_version", "id", "labels", "start_time", "end_time", "latencies_ms", "actual_qps"],
  ...["details_uri", "test_id", "mesh_config_id", "env_id"],
);

/** `smp.PerformanceTestResult.Latency` */
export const LATENCY_FIELDS = fieldsOf("min", "average", "p50", "p90", "p99", "max");

/** The result in SMP's README, which is of no message of the `.proto`. */
export const README_FIELDS = fieldsOf(
  ...["start_time", "end_time", "exp_uuid", "endpoint_url", "env", "client", "metrics"],
);
export const README_CLIENT_FIELDS = fieldsOf("connections", "rps", "latencies_ms");
export const README_ENV_FIELDS = fieldsOf("kubernetes");
