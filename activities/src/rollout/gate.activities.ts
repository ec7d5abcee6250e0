import { type GateActivities, LaurelError } from '@laurel/contracts';
import { hostOf, milliseconds } from '@laurel/domain';
import type { ActivityPorts } from '../ports.js';

/** Asks other programs about a rollout. Whatever they answer is a value; only what a person must mend is an error. */
export function gateActivities({ gates }: Pick<ActivityPorts, 'gates'>): GateActivities {
  return {
    askGate: async ({ rollout, step, gate, facts }) => {
      const id = `${rollout}/step/${step}`;
      const type = `gate.${gate.kind}`;
      const body = JSON.stringify({ id, type, subject: rollout, at: new Date().toISOString(), detail: facts });
      const answer = await gates.ask({ id, url: gate.url, body, timeoutMilliseconds: milliseconds(gate.timeout) });
      if (answer.kind === 'unknown') {
        throw new LaurelError(
          'InvalidInput',
          `The gate of step ${step + 1} leads to ${hostOf(gate.url)}, which no registered webhook has as its address; add it with laurel webhook add.`,
        );
      }
      if (answer.kind === 'failed') return { open: false, answer: answer.reason };
      return { open: answer.status >= 200 && answer.status < 300, answer: `answered ${answer.status}` };
    },
  };
}
