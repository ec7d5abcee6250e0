import type { Battlefield, Manner } from './field.js';
import { processesOf, roots, signal, untilGone } from './processes.js';

/** What a spot machine leaves a program between its notice and its end. */
const graceMilliseconds = 15_000;

/** Trainers as processes of this machine. */
export function openLocal(): Battlefield {
  return {
    name: 'local',
    environment: async () => ({}),
    image: null,
    preempt,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** SIGTERM to the trainer, and after the grace SIGKILL to all that is left of it; or SIGKILL to all of it at once. */
async function preempt(runId: string, manner: Manner): Promise<void> {
  const struck = await processesOf(runId);
  if (manner === 'kill') {
    for (const { pid } of struck) signal(pid, 'SIGKILL');
    return;
  }
  for (const { pid } of roots(struck)) signal(pid, 'SIGTERM');
  const pids = new Set(struck.map(({ pid }) => pid));
  const left = async () => (await processesOf(runId)).filter(({ pid }) => pids.has(pid));
  if ((await untilGone(left, graceMilliseconds)) !== undefined) return;
  for (const { pid } of await left()) signal(pid, 'SIGKILL');
}
