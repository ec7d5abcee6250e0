import type { Field } from './field.js';
import { attemptsIn, readJournal, untilStep } from './journal.js';
import { type Baseline, leftBehind, repeat, statusViolations } from './preempted-run.js';
import { isListening, processesOf, signal, untilGone } from './processes.js';

/** Longest time that ranks may outlive one of theirs. */
export const rankPatienceMilliseconds = 10_000;

/** What came of a run one of whose ranks was killed. */
export interface LostRank {
  readonly seconds: number;
  /** Until all of the attempt's processes had gone; `null` when they had not in time. */
  readonly goneMilliseconds: number | null;
  readonly violations: readonly string[];
}

/** Repeats the baseline and kills one rank with SIGKILL when the run has done `step`. */
export async function loseRank(
  field: Field,
  baseline: Baseline,
  { step, rank }: { readonly step: number; readonly rank: number },
): Promise<LostRank> {
  const started = Date.now();
  const { runId, isOver, end } = await repeat(field, baseline);
  const met = await untilStep({ folder: field.journal, runId }, { former: 0, step, isOver });
  const struck = met === undefined ? null : await strike(runId, rank);
  const run = await end;
  const attempts = await field.attempts(runId);
  const { made } = await field.circumstances(runId);
  const restarts = attempts.length - 1;
  return {
    seconds: (Date.now() - started) / 1_000,
    goneMilliseconds: struck?.goneMilliseconds ?? null,
    violations: [
      ...statusViolations(run),
      ...(struck === null ? ['the strike did not meet it'] : []),
      ...(struck !== null && struck.goneMilliseconds === null
        ? [`ranks lived on for more than ${rankPatienceMilliseconds / 1_000} s`]
        : []),
      ...(restarts === 1 ? [] : [`the trainer was started again ${restarts} times, not once`]),
      ...(made?.model === baseline.model ? [] : ["its model differs from the uninterrupted run's"]),
      ...(await leftBehind(runId)),
      ...(await openPorts(field.journal, runId)),
    ],
  };
}

async function strike(runId: string, rank: number): Promise<{ readonly goneMilliseconds: number | null } | null> {
  const family = await processesOf(runId);
  const victim = family.find((process) => process.rank === rank);
  if (victim === undefined) return null;
  const pids = new Set(family.filter((process) => process.rank !== null).map(({ pid }) => pid));
  signal(victim.pid, 'SIGKILL');
  const alive = async () => (await processesOf(runId)).filter(({ pid }) => pids.has(pid));
  return { goneMilliseconds: (await untilGone(alive, rankPatienceMilliseconds)) ?? null };
}

/** Ports of rendezvous that somebody still listens on. */
async function openPorts(folder: string, runId: string): Promise<readonly string[]> {
  const lines = await readJournal(folder, runId);
  const ports = new Set(lines.flatMap((line) => (line.kind === 'began' && line.port > 0 ? [line.port] : [])));
  const open: string[] = [];
  for (const port of ports) if (await isListening(port)) open.push(`port ${port} is still open`);
  return attemptsIn(lines).length === 0 ? ['it left no journal'] : open;
}
