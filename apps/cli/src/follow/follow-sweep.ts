import { isErrorCode, LaurelError } from '@laurel/contracts';
import type { SweepResultsView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';
import { bestText, countsText } from '../views/sweeps.js';
import { demandGates, readVersion } from './gates.js';
import { poll } from './poll.js';

/** Follows a sweep to its end. Errors: why there is no version, or `GateFailed`. */
export async function followSweep(context: Context, runId: string): Promise<SweepResultsView> {
  const { api, printer } = context;
  let shown = '';
  const ended = await poll(async () => {
    const results = await api.get<SweepResultsView>(`sweeps/${runId}`);
    const text = `sweep ${results.status}: ${countsText(results)} | ${bestText(results)}`;
    if (text !== shown) printer.progress(text, { minor: shown !== '' });
    shown = text;
    return results.endedAt === null ? undefined : results;
  });
  printer.settle();
  const { project, version } = ended;
  if (ended.status === 'registered' && version !== null) {
    demandGates(await readVersion(context, { project, version }));
    return ended;
  }
  const code = ended.code !== null && isErrorCode(ended.code) ? ended.code : 'SweepWithoutResult';
  const reason = ended.message ?? `Sweep ${runId} ended as ${ended.status}`;
  throw new LaurelError(code, `${reason.replace(/\.$/, '')}; see laurel sweep results ${runId}.`);
}
