import { isErrorCode, LaurelError } from '@laurel/contracts';
import type { CircumstancesView, RepetitionView, RunView } from '@laurel/contracts/schemas';
import { repetitionText } from '@laurel/domain';
import type { Context } from '../context.js';
import { differencesText } from '../views/repetitions.js';
import type { Shown } from '../views/resource-view.js';
import { followRun } from './follow-run.js';

/** Follows a run that repeats another one. Errors: why it failed, or `NotReproduced` when the models are not bit-equal. */
export async function followRerun(context: Context, runId: string): Promise<Shown> {
  const run = await followRun(context, runId);
  const repetition = await repetitionOf(context, run);
  const sentence = repetitionText(repetition);
  if (!repetition.bitEqual) {
    if (repetition.differences.length > 0) context.printer.note(differencesText(repetition));
    throw new LaurelError('NotReproduced', sentence);
  }
  return {
    data: { run, repetition },
    human: () => [sentence, ...(repetition.differences.length > 0 ? [differencesText(repetition)] : [])].join('\n\n'),
  };
}

async function repetitionOf({ api }: Context, run: RunView): Promise<RepetitionView> {
  if (run.status === 'repeated') {
    const { repetition } = await api.get<CircumstancesView>(`runs/${run.runId}/circumstances`);
    if (repetition !== null) return repetition;
  }
  const code = run.code !== null && isErrorCode(run.code) ? run.code : 'TrainerFailed';
  const reason = run.message ?? `Run ${run.runId} ended as ${run.status}`;
  throw new LaurelError(code, `${reason.replace(/\.$/, '')}; see laurel logs ${run.runId}.`);
}
