import { createGrpcServer, type GrpcParts, type GrpcServer } from '../../../apps/serving/src/grpc/grpc-server.js';
import type { PredictAnswer, PredictRequest } from '../../../apps/serving/src/predictions.js';

/** A gRPC server whose data plane answers with what it was asked: the way over the wire and back is what is tested. */
export interface EchoServer {
  readonly server: GrpcServer;
  readonly url: string;
  /** Every request that reached the data plane. */
  readonly asked: readonly PredictRequest[];
  /** What was logged as not foreseen, since it was last taken. */
  takeFailures(): readonly object[];
  /** Answers wait for this from now on. */
  waitFor(gate: Promise<void>): void;
}

export async function startEchoServer(parts: Pick<GrpcParts, 'unfinishedLimits'> = {}): Promise<EchoServer> {
  const asked: PredictRequest[] = [];
  const failures: object[] = [];
  let gate: Promise<void> | null = null;
  const server = createGrpcServer({
    ...parts,
    plane: {
      predict: async (request) => {
        asked.push(request);
        if (gate !== null) await gate;
        return echoed(request);
      },
    },
    endpoints: {} as never,
    isReady: () => true,
    statistics: () => [],
    stages: { wrote: () => undefined },
    repository: {} as never,
    operators: () => Promise.resolve('nobody'),
    denied: () => undefined,
    isLive: null,
    tracer: null,
    log: { error: (details) => failures.push(details) },
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    server,
    url,
    asked,
    takeFailures: () => failures.splice(0),
    waitFor: (given) => {
      gate = given;
    },
  };
}

function echoed({ endpoint, input }: PredictRequest): PredictAnswer {
  const answer = {
    endpoint,
    epoch: 1,
    arm: 'champion',
    version: { version: 3, digest: 'sha256:00', semver: '1.0.0' },
    fallback: false,
    model: null,
    rows: 1,
    ids: { at: (row: number) => `id-${row}` },
    outputs: input.kind === 'tensors' ? input.tensors : [],
    predictions: () => [],
  };
  return answer as unknown as PredictAnswer;
}
