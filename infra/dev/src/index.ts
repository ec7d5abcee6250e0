export { type DoctorOptions, doctor } from './doctor.js';
export { type Cluster, type ClusterOptions, startCluster } from './kubernetes/cluster.js';
export { freePortNumbers, freePorts, portsFrom, portVariables } from './ports/stack-ports.js';
export { type PostgresOptions, postgresChild, postgresUrl } from './postgres/postgres-child.js';
export { identityOf, isAlive, type ProcessIdentity } from './processes/identity.js';
export { down } from './stack/down.js';
export type {
  DoctorCheck,
  PortChoice,
  ProcessState,
  ProcessStatus,
  RunningStack,
  StackPorts,
  StackProgress,
  StackStatus,
  StackUrls,
  UpOptions,
} from './stack/shapes.js';
export { status } from './stack/status.js';
export { up } from './stack/up.js';
export type { ChildSpec, Readiness } from './supervisor/child-spec.js';
export { type RunningServer, startServer } from './supervisor/start-server.js';
export { createSupervisor, type Supervisor, type SupervisorOptions } from './supervisor/supervisor.js';
export { type TemporalOptions, temporalChild } from './temporal/temporal-child.js';
export { sharedCluster, stopSharedCluster } from './testing/shared-cluster.js';
export { startTestServers, type TestServers } from './testing/test-servers.js';
export { checkout, findToolchain, type Tool, type Toolchain } from './toolchain.js';
