import type { AttemptView, RunView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';
import { endText, paceText, totalText } from '../views/attempts.js';
import { progressText } from '../views/runs.js';
import { poll } from './poll.js';

/** Attempts read at once: more than can end between two looks. */
const newest = 20;
/** Attempts that a summary adds up. */
const mostAttempts = 1_000;

/**
 * Follows a run to its end: its steps, and in the step `train` how far, how fast and where the trainer is. Each attempt
 * that ends is told in a line of its own.
 */
export async function followRun({ api, printer }: Context, runId: string): Promise<RunView> {
  let shown = '';
  let told = 0;
  const attempts = (limit: number) => api.list<AttemptView>(`runs/${runId}/attempts`, limit);
  const tellEnds = async () => {
    const ended = (await attempts(newest)).filter(({ attempt, cause }) => attempt > told && isFailure(cause));
    for (const attempt of ended.toReversed()) {
      printer.settle();
      printer.note(endText(attempt));
      told = attempt.attempt;
    }
  };
  const run = await poll(async () => {
    const now = await api.find<RunView>(`runs/${runId}`);
    const text = now === undefined ? 'queued' : runText(now);
    if ((now?.progress?.attempt ?? 0) > told + 1) await tellEnds();
    if (text !== shown) printer.progress(text, { minor: now?.step === 'train' && shown.startsWith('train') });
    shown = text;
    return now === undefined || now.status === 'running' ? undefined : now;
  });
  printer.settle();
  if (run.progress?.attempt !== undefined) {
    const total = totalText(await attempts(mostAttempts));
    if (total !== undefined) printer.note(total);
  }
  return run;
}

function isFailure(cause: string | null): boolean {
  return cause !== null && cause !== 'done' && cause !== 'stopped';
}

function runText(run: RunView): string {
  if (run.status !== 'running') return run.status;
  const training = run.step === 'train' ? trainerText(run) : '';
  const waits = run.message === null ? '' : ` waits: ${run.message}`;
  return `${run.step ?? 'starting'}${training}${waits}`;
}

function trainerText(run: RunView): string {
  if (run.progress === null) return '';
  const pace = paceText(run.progress);
  return ` ${progressText(run)}${pace === '' ? '' : ` | ${pace}`}`;
}
