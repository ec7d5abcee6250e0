/** Ports of an installation on one machine, all on loopback unless told otherwise. */
export const defaultPorts = {
  api: 8400,
  serving: 8480,
  servingGrpc: 8481,
  temporal: 7233,
  temporalUi: 8233,
  postgres: 8432,
} as const;

/** Names of the environment variables that Laurel's processes read, each only in its own `config.ts`. */
export const environment = {
  /** Folder of state: databases, objects, keys, logs. */
  home: 'LAUREL_HOME',
  /** `postgres://user:password@host:port/database`. */
  databaseUrl: 'LAUREL_DATABASE_URL',
  /** `file:///folder` or `s3://bucket/prefix`. */
  objectStore: 'LAUREL_OBJECT_STORE',
  temporalAddress: 'LAUREL_TEMPORAL_ADDRESS',
  temporalNamespace: 'LAUREL_TEMPORAL_NAMESPACE',
  temporalUiUrl: 'LAUREL_TEMPORAL_UI_URL',
  /** Ports of the servers that `laurel up` starts. */
  temporalPort: 'LAUREL_TEMPORAL_PORT',
  temporalUiPort: 'LAUREL_TEMPORAL_UI_PORT',
  postgresPort: 'LAUREL_POSTGRES_PORT',
  apiHost: 'LAUREL_API_HOST',
  apiPort: 'LAUREL_API_PORT',
  apiUrl: 'LAUREL_API_URL',
  apiKey: 'LAUREL_API_KEY',
  servingHost: 'LAUREL_SERVING_HOST',
  servingPort: 'LAUREL_SERVING_PORT',
  servingGrpcPort: 'LAUREL_SERVING_GRPC_PORT',
  /** Messages of gRPC streams for callers that name none: `triton` or `mlserver`. */
  servingGrpcStream: 'LAUREL_SERVING_GRPC_STREAM',
  servingUrl: 'LAUREL_SERVING_URL',
  /** Bytes of disk that a serving process may keep of its prediction log while the object store is away. */
  predictionLogBacklog: 'LAUREL_PREDICTION_LOG_BACKLOG',
  /** How long prediction logs are kept in the object store, and truths in Postgres, for example `397d`. */
  predictionLogRetention: 'LAUREL_PREDICTION_LOG_RETENTION',
  /** Networks beside the public ones that webhooks may lead to: `127.0.0.1/32,10.1.0.0/16`. */
  webhookNetworks: 'LAUREL_WEBHOOK_NETWORKS',
  /** How long the audit log keeps an event, for example `395d`. */
  auditRetention: 'LAUREL_AUDIT_RETENTION',
  /** How long the folder of a trainer that ended keeps more than its log, for example `30d`. */
  jobRetention: 'LAUREL_JOB_RETENTION',
  /** How long events, ended deliveries to webhooks and answers to an `Idempotency-Key` are kept, for example `30d`. */
  eventRetention: 'LAUREL_EVENT_RETENTION',
  /** How long Postgres keeps what it was told of the traffic of ended rollouts, for example `90d`. */
  trafficRetention: 'LAUREL_TRAFFIC_RETENTION',
  /** Comma-separated roles of a worker: control, compute, train, watcher, reconciler, courier. */
  workerRoles: 'LAUREL_WORKER_ROLES',
  /** Largest artifact, in bytes, that clients of MLflow may upload. */
  artifactBytes: 'LAUREL_ARTIFACT_BYTES',
  logLevel: 'LAUREL_LOG_LEVEL',
  /** Python interpreter that stands for `python` in spec.training.command. */
  python: 'LAUREL_PYTHON',
  /** What an hour of capacity costs: `gpu=2.5,gpu/spot=0.9,nvidia-l4=0.7,cpu=0.04,currency=EUR`. */
  prices: 'LAUREL_PRICES',
  /** Python interpreter with the package `laurel_sampler`, which chooses parameters of sweeps. */
  samplerPython: 'LAUREL_SAMPLER_PYTHON',
  /** Where trainers run: `local` (processes of this machine, the default) or `kubernetes`. */
  launcher: 'LAUREL_LAUNCHER',
  /** File with the cluster's settings, where trainers run on Kubernetes. */
  kubernetesSettings: 'LAUREL_KUBERNETES_SETTINGS',
  /** kubeconfig of the cluster whose routers projects name; without it, what a Kubernetes client finds by itself. */
  routerKubeconfig: 'LAUREL_ROUTER_KUBECONFIG',
  /** Compatibles of S3 that projects may name: origins such as `http://127.0.0.1:9000`, separated by commas. */
  sourceEndpoints: 'LAUREL_SOURCE_ENDPOINTS',
  /** S3 gateway behind sources `lakefs://`, and its keys. */
  lakefsEndpoint: 'LAUREL_SOURCE_LAKEFS_ENDPOINT',
  lakefsAccessKeyId: 'LAUREL_SOURCE_LAKEFS_ACCESS_KEY_ID',
  lakefsSecretAccessKey: 'LAUREL_SOURCE_LAKEFS_SECRET_ACCESS_KEY',
  /** With a name behind it, the address of a database that sources `postgres:NAME` read. */
  sourcePostgres: 'LAUREL_SOURCE_POSTGRES_',
  /** Factor on every time-out and interval of activities, for tests; 1 by default. */
  timeScale: 'LAUREL_TIME_SCALE',
} as const;

/** Version stored with evidence, so that a verdict can be recomputed by the code that gave it. */
export const codeVersion = '0.1.0';
