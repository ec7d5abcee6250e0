import { type Server, type ServerWritableStream, status } from '@grpc/grpc-js';
import { LaurelError } from '@laurel/contracts';
import { healthStatus, writeHealth } from './messages/descriptions.js';
import { readHealthRequest } from './messages/named-requests.js';
import { type MethodLog, onUnary, type Read, reading } from './method.js';
import { statusOf } from './status.js';

/** How often a watched readiness is looked at. */
const lookMilliseconds = 250;

const services: ReadonlySet<string> = new Set([
  '',
  'grpc.health.v1.Health',
  'inference.GRPCInferenceService',
  'tensorflow.serving.PredictionService',
]);

export interface HealthParts {
  readonly isReady: () => boolean;
  readonly log: MethodLog;
}

/** Those who watch the health of a server. */
export interface Watchers {
  /** Says to everybody that the server no longer serves, and ends their calls. */
  leave(): void;
}

type WatchCall = ServerWritableStream<Read<{ readonly service: string }>, number>;

/** grpc.health.v1.Health: all services of this server are as ready as the process. */
export function addHealthService(server: Server, { isReady, log }: HealthParts): Watchers {
  const watching = new Set<WatchCall>();
  const healthOf = (service: string) => {
    if (!services.has(service)) return healthStatus.serviceUnknown;
    return isReady() ? healthStatus.serving : healthStatus.notServing;
  };
  onUnary(server, log, {
    path: '/grpc.health.v1.Health/Check',
    read: readHealthRequest,
    write: writeHealth,
    answer: ({ service }) => {
      const health = healthOf(service);
      if (health !== healthStatus.serviceUnknown) return health;
      throw new LaurelError(
        'NotFound',
        `There is no service ${JSON.stringify(service.slice(0, 60))} here; leave it empty.`,
      );
    },
  });
  const watch = (call: WatchCall) => {
    const { request } = call;
    if ('refused' in request) {
      call.emit('error', statusOf(request.refused));
      return;
    }
    const { service } = request.message;
    let told = -1;
    const look = () => {
      const health = healthOf(service);
      if (health === told) return;
      told = health;
      call.write(health);
    };
    look();
    const timer = setInterval(look, lookMilliseconds).unref();
    watching.add(call);
    call.on('close', () => {
      clearInterval(timer);
      watching.delete(call);
    });
  };
  server.register('/grpc.health.v1.Health/Watch', watch, writeHealth, reading(readHealthRequest), 'serverStream');
  return {
    leave: () => {
      for (const call of watching) {
        call.write(healthStatus.notServing);
        call.emit('error', { code: status.UNAVAILABLE, details: 'The server is going away; ask another.' });
      }
    },
  };
}
