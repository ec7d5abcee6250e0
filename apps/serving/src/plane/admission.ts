import { LaurelError } from '@laurel/contracts';
import type { PredictRequest } from '../predictions.js';

export interface AdmissionLimits {
  /** Requests that may be in the process at once. */
  readonly maximumInFlight: number;
  /** Of them, those of one client; no client can shut out the others. */
  readonly maximumInFlightOfClient: number;
}

/** Sheds requests before they queue. */
export interface Admission {
  /** Error: `Overloaded`; then the request has not entered. */
  enter(request: Pick<PredictRequest, 'client'>): void;
  leave(request: Pick<PredictRequest, 'client'>): void;
  inFlight(): number;
}

export function createAdmission(limits: AdmissionLimits): Admission {
  const ofClient = new Map<string, number>();
  let running = 0;

  function refuse(message: string): never {
    throw new LaurelError('Overloaded', message);
  }

  return {
    inFlight: () => running,
    enter: ({ client }) => {
      if (running >= limits.maximumInFlight) refuse(`${running} requests are being answered; try again in a second.`);
      const own = ofClient.get(client) ?? 0;
      if (own >= limits.maximumInFlightOfClient)
        refuse(`${own} requests of this client are being answered; try again in a second.`);
      ofClient.set(client, own + 1);
      running += 1;
    },
    leave: ({ client }) => {
      running -= 1;
      const own = (ofClient.get(client) ?? 1) - 1;
      if (own > 0) ofClient.set(client, own);
      else ofClient.delete(client);
    },
  };
}
