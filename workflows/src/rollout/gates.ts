import { rolloutId } from '@laurel/contracts';
import { hostOf, milliseconds, type RolloutGate } from '@laurel/domain';
import { ActivityFailure, isCancellation, log, sleep } from '@temporalio/workflow';
import { asking } from '../activity-proxies.js';
import type { Course } from './course.js';
import { showStep } from './stage.js';

interface Question {
  readonly index: number;
  readonly gate: RolloutGate;
  readonly ordered: () => unknown;
}

/** Waits until the gate says yes and nobody holds the rollout, or a person skips it. A breach does not wait for its answer. */
export async function awaitConfirmation(course: Course, { index, gate, ordered }: Question): Promise<void> {
  const { input, mail, waiting, traffic } = course;
  let said = '';
  while (ordered() === undefined) {
    const { open, answer } = await answered(course, ask(course, index, gate));
    if (open) return await waiting.until(() => true);
    if (answer !== said) {
      const phase = `waiting for ${hostOf(gate.url)}, which ${answer}`;
      await showStep(input, mail, { step: index, phase, weight: traffic.stage.weight });
    }
    said = answer;
    await waiting.pause(milliseconds(gate.interval), () => ordered() !== undefined);
  }
}

/** Asks beside everything that follows, until the rollout ends; a yes turns it back. */
export function watchForRollback(course: Course, { index, gate }: Omit<Question, 'ordered'>): void {
  const watching = async () => {
    for (;;) {
      if (await demands(course, index, gate)) {
        const cause = `the rollback gate at ${hostOf(gate.url)} demanded it`;
        course.mail.turnBack({ kind: 'rolledBack', cause, evidenceId: null });
        return;
      }
      await sleep(milliseconds(gate.interval));
    }
  };
  watching().catch((error: unknown) => {
    if (!isCancellation(error)) throw error;
  });
}

/** A gate that cannot be asked demands nothing: its silence is no reason to go back. */
async function demands(course: Course, index: number, gate: RolloutGate): Promise<boolean> {
  try {
    return (await ask(course, index, gate)).open;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    log.warn('a rollback gate could not be asked', { rollout: course.input.endpoint, host: hostOf(gate.url), error });
    return false;
  }
}

function ask({ input, traffic }: Course, index: number, gate: RolloutGate) {
  const { endpoint, project, incarnation, challenger } = input;
  const facts = { endpoint, project, challenger, step: index, weight: traffic.stage.weight };
  return asking.askGate({ rollout: rolloutId(endpoint, incarnation), step: index, gate, facts });
}

/** What `question` resolves to, unless the rollout has to turn back first. */
async function answered<T>({ waiting }: Course, question: Promise<T>): Promise<T> {
  let over = false;
  const settled = question.finally(() => void (over = true));
  await Promise.race([settled, waiting.until(() => over)]);
  return settled;
}
