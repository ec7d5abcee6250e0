import type { ApiKeys } from '@laurel/ports';
import type { Logger, Meter, Tracer } from '@laurel/telemetry';
import type { Denied } from './denials.js';
import type { Backgrounds } from './explain/backgrounds.js';
import { createExplainMetrics } from './explain/explain-metrics.js';
import { createExplainer } from './explain/explainer.js';
import { createGrpcServer } from './grpc/grpc-server.js';
import type { StreamDialect } from './grpc/stream-infer.js';
import { createDrain } from './http/drain.js';
import { createGuard, createKeyCheck } from './http/guard.js';
import { createHttpServer } from './http/http-server.js';
import { type ListenOptions, listenOn } from './http/listen.js';
import { createOperatorCheck } from './http/require-role.js';
import { createRoutes } from './http/routes.js';
import { createGauges } from './metrics/gauges.js';
import { requestMetrics } from './metrics/request-metrics.js';
import { runMetrics } from './metrics/run-metrics.js';
import { stageMetrics } from './metrics/stage-metrics.js';
import type { ModelRegistry } from './model-registry.js';
import { createAdmission } from './plane/admission.js';
import { createBatchers } from './plane/batchers.js';
import { createBreakers } from './plane/breakers.js';
import { createDataPlane, type DataPlaneParts } from './plane/data-plane.js';
import { createEndpoints } from './plane/endpoints.js';
import { createRepository, type RepositoryParts } from './plane/repository.js';
import { createStages } from './plane/stages.js';
import { createStatistics } from './plane/statistics.js';
import { createTallies } from './plane/tallies.js';
import type { Contact } from './routing/contact.js';
import type { RoutingTable } from './routing/routing-table.js';
import { tellOutcome } from './tracing/tell-outcome.js';

const batchLimits = { maximumRows: 64, maximumWaitingRows: 20_000 };
const admissionLimits = { maximumInFlight: 1_024, maximumInFlightOfClient: 768 };

/** What a composition hands in: what it serves, whom it lets in, who is told. */
export interface FrontParts extends Pick<DataPlaneParts, 'arrival' | 'mayChallenge' | 'observe' | 'settle'> {
  readonly table: RoutingTable;
  readonly registry: Pick<ModelRegistry, 'model' | 'isLoaded' | 'loaded'>;
  readonly contact: Pick<Contact, 'ageMilliseconds'>;
  /** What explanations compare with. */
  readonly backgrounds: Backgrounds;
  /** Who may call; `null` lets anybody. */
  readonly apiKeys: Pick<ApiKeys, 'authenticate'> | null;
  /** Where wishes to keep versions loaded go; `null` for a process that stands alone. */
  readonly fleet: RepositoryParts['fleet'];
  /** Whose keys may change what is loaded, also where anybody may ask for predictions; `null` where nobody may. */
  readonly operatorKeys: Pick<ApiKeys, 'authenticate'> | null;
  /** Is told who was turned away. */
  readonly denied: Denied;
  readonly isReady: () => boolean;
  /** Of gRPC streams whose callers name none. */
  readonly streamDialect: StreamDialect;
  /** `null` writes no traces. */
  readonly tracer: Tracer | null;
  readonly meter: Meter;
  readonly log: Logger;
}

/** Everything between a socket and the models. */
export interface Front {
  /** Starts to answer; gives the URL. Rejects when the port is taken. */
  listen(options: ListenOptions): Promise<string>;
  /** Starts to answer gRPC; gives the URL. Rejects when the port is taken. */
  listenGrpc(options: ListenOptions): Promise<string>;
  /** Takes no new connections and answers what is in progress. */
  drain(): Promise<void>;
}

/** Wires the data plane and its protocols; alike for a process of a fleet and one that stands alone. */
export function createFront(parts: FrontParts): Front {
  const { table, registry, contact, meter, tracer, isReady, log } = parts;
  const breakers = createBreakers((digest) => registry.isLoaded(digest));
  const batchers = createBatchers(batchLimits);
  const admission = createAdmission(admissionLimits);
  const tallies = createTallies();
  const stages = createStages();
  const observe: DataPlaneParts['observe'] = (served) => {
    stages.served(served);
    tallies.served(served);
    tellOutcome(served);
    parts.observe(served);
  };
  const plane = createDataPlane({ ...parts, observe, tallies, models: registry, batchers, breakers, admission });
  const refreshGauges = createGauges(meter, { table, registry, contact, plane, breakers });
  meter.source(() => requestMetrics({ tallies, table }));
  meter.source(() => stageMetrics(stages));
  meter.source(() => runMetrics({ table, registry, batchers, stages }));
  const endpoints = createEndpoints(table, registry);
  const isLive = parts.apiKeys === null ? null : createKeyCheck(parts.apiKeys);
  const guard = isLive === null ? null : createGuard(isLive);
  const isBusy = () => plane.inFlight() > 0;
  const explainer = createExplainer({ backgrounds: parts.backgrounds, isBusy, observe: createExplainMetrics(meter) });
  const repository = createRepository({ table, registry, fleet: parts.fleet });
  const operators = createOperatorCheck(parts.operatorKeys);
  const statistics = createStatistics({ endpoints, tallies, stages, batchers });
  const router = createRoutes({
    plane,
    endpoints,
    statistics,
    stages,
    explainer,
    repository,
    operators,
    meter,
    refreshGauges,
    isReady,
  });
  const http = createHttpServer({ router, guard, tracer, denied: parts.denied, log });
  const grpc = createGrpcServer({
    plane,
    endpoints,
    statistics,
    stages,
    repository,
    operators,
    isReady,
    isLive,
    denied: parts.denied,
    tracer,
    streamDialect: parts.streamDialect,
    log,
  });
  const draining = createDrain(http.server, () => http.inFlight() > 0);
  return {
    listen: (where) => listenOn(http.server, where),
    listenGrpc: (where) => grpc.listen(where),
    drain: async () => {
      await Promise.all([draining.drain(), grpc.drain()]);
    },
  };
}
