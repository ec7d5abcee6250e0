import { isErrorCode, LaurelError } from '@laurel/contracts';
import type { RunLogView, RunView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';
import { freshLines } from '../mlproject/fresh-lines.js';
import { poll } from './poll.js';

/** Lines read at each look: more than most programs write between two. */
const linesAtOnce = 2_000;

/** Follows a run of a project to its end and repeats what its program writes. Error: why it did not finish. */
export async function followProjectRun({ api, printer }: Context, runId: string): Promise<RunView> {
  let shown: readonly string[] = [];
  let attempt = 1;
  const repeat = async () => {
    const log = await api.find<RunLogView>(`runs/${runId}/log`, { lines: linesAtOnce });
    if (log === undefined) return;
    for (const line of freshLines(shown, log.lines)) printer.note(line);
    shown = log.lines;
  };
  const run = await poll(async () => {
    const now = await api.find<RunView>(`runs/${runId}`);
    if (now === undefined) return undefined;
    const started = now.progress?.attempt ?? attempt;
    if (started > attempt) printer.note(`Attempt ${started} begins.`);
    attempt = Math.max(attempt, started);
    // Read after the run, so that of a run that has ended every line is there.
    await repeat();
    return now.status === 'running' ? undefined : now;
  });
  if (run.status === 'finished') return run;
  const code = run.code !== null && isErrorCode(run.code) ? run.code : 'TrainerFailed';
  const reason = run.message ?? `Run ${runId} ended as ${run.status}`;
  throw new LaurelError(code, `${reason.replace(/\.$/, '')}; see laurel logs ${runId}.`);
}
