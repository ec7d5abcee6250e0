import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import { noteVerified } from '../caller.js';
import type { Denied } from '../denials.js';
import type { KeyCheck } from '../http/guard.js';
import { addressOf } from './call.js';
import { statusOf } from './status.js';

/** Methods that anybody may call; they say whether the server is well. */
const openMethods: ReadonlySet<string> = new Set([
  '/grpc.health.v1.Health/Check',
  '/grpc.health.v1.Health/Watch',
  '/inference.GRPCInferenceService/ServerLive',
  '/inference.GRPCInferenceService/ServerReady',
]);

/** Denies every method but health to callers without a live API key, before anything of their message is read. */
export function createKeyInterceptor(isLive: KeyCheck, denied: Denied): ServerInterceptor {
  return (method, call) => {
    if (openMethods.has(method.path)) return new ServerInterceptingCall(call);
    const check = async (metadata: Metadata, pass: (metadata: Metadata) => void) => {
      try {
        await admit(isLive, metadata);
        pass(metadata);
      } catch (error) {
        const known = isLaurelError(error)
          ? error
          : new LaurelError('Internal', 'The key could not be checked.', { cause: error });
        const authorization = metadata.get('authorization')[0]?.toString();
        const address = addressOf(call.getPeer());
        denied({ error: known, carrier: metadata, subject: `gRPC ${method.path}`, address, authorization });
        call.sendStatus(statusOf(known));
      }
    };
    return new ServerInterceptingCall(call, {
      start: (next) => next({ onReceiveMetadata: (metadata, pass) => void check(metadata, pass) }),
    });
  };
}

/** Errors: `Unauthenticated`; what the check throws. */
async function admit(isLive: KeyCheck, metadata: Metadata): Promise<void> {
  const secret = /^Bearer (.+)$/.exec(String(metadata.get('authorization')[0] ?? ''))?.[1];
  if (secret !== undefined && (await isLive(secret))) {
    noteVerified(metadata, secret);
    return;
  }
  throw new LaurelError('Unauthenticated', 'A live API key is needed: send the metadata authorization: Bearer KEY.');
}
