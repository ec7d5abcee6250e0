import { isErrorCode, LaurelError } from '@laurel/contracts';
import type { SweepResultsView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';
import { bestText, countsText } from '../views/sweeps.js';
import { poll } from './poll.js';

/** Follows a sweep to its end. Error: why there is no version. */
export async function followSweep({ api, printer }: Context, runId: string): Promise<SweepResultsView> {
  let shown = '';
  const ended = await poll(async () => {
    const results = await api.get<SweepResultsView>(`sweeps/${runId}`);
    const text = `sweep ${results.status}: ${countsText(results)} | ${bestText(results)}`;
    if (text !== shown) printer.progress(text, { minor: shown !== '' });
    shown = text;
    return results.endedAt === null ? undefined : results;
  });
  printer.settle();
  if (ended.status === 'registered') return ended;
  const code = ended.code !== null && isErrorCode(ended.code) ? ended.code : 'SweepWithoutResult';
  const reason = ended.message ?? `Sweep ${runId} ended as ${ended.status}`;
  throw new LaurelError(code, `${reason.replace(/\.$/, '')}; see laurel sweep results ${runId}.`);
}
