import { condition } from '@temporalio/workflow';
import { rejected } from './rejection.js';
import type { RolloutMail } from './rollout-mail.js';

/** Waits of one rollout, all bounded by its deadline and all ended by an abort, a breach or a newer version. */
export interface Waiting {
  /** Waits until `done`; a rolled-back verdict, an abort or the deadline throws. A pause holds it back. */
  until(done: () => boolean): Promise<void>;
  /** Like `until`, but also ends after `milliseconds`. */
  pause(milliseconds: number, done: () => boolean): Promise<void>;
  /** Throws if something already demands to turn back. */
  check(): void;
}

/** Binds the waits of a rollout to its mail and its deadline (milliseconds since 1970). */
export function waitingFor(mail: RolloutMail, deadline: number): Waiting {
  const mustTurn = () =>
    mail.abort() !== undefined ||
    mail.verdict()?.action === 'rollBack' ||
    mail.superseded() !== undefined ||
    mail.turnedBack() !== undefined;

  const check = () => {
    const order = mail.abort();
    if (order !== undefined) {
      throw rejected({ kind: 'aborted', cause: `aborted by ${order.by}: ${order.reason}`, evidenceId: null });
    }
    const verdict = mail.verdict();
    if (verdict?.action === 'rollBack') {
      const cause = `${verdict.reasons.join(', ')}${verdict.metrics.length > 0 ? `: ${verdict.metrics.join(', ')}` : ''}`;
      throw rejected({ kind: 'rolledBack', cause, evidenceId: verdict.evidenceId });
    }
    const demand = mail.turnedBack();
    if (demand !== undefined) throw rejected(demand);
    const newer = mail.superseded();
    if (newer !== undefined) {
      const cause = `superseded by version ${newer.version} in rollout ${newer.incarnation}`;
      throw rejected({ kind: 'superseded', cause, evidenceId: null });
    }
    if (Date.now() >= deadline)
      throw rejected({ kind: 'rolledBack', cause: 'deadline reached without a decision', evidenceId: null });
  };

  const wait = async (milliseconds: number, done: () => boolean) => {
    const left = Math.max(0, Math.min(milliseconds, deadline - Date.now()));
    const ended = await condition(() => mustTurn() || (done() && !mail.paused()), left);
    check();
    return ended;
  };

  return {
    check,
    until: async (done) => {
      await wait(Number.POSITIVE_INFINITY, done);
    },
    pause: async (milliseconds, done) => {
      const over = Date.now() + milliseconds;
      await wait(milliseconds, done);
      if (mail.paused()) await wait(Number.POSITIVE_INFINITY, () => Date.now() >= over);
    },
  };
}
