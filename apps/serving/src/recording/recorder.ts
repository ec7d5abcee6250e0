import type { ArmSums, PredictionRecord, Split } from '@laurel/domain';
import type { Fleet } from '@laurel/ports';
import { createAttempt, type OutageLog } from '../outage.js';
import { countedArm, type Served, type Shadowed } from '../predictions.js';
import { repeat } from '../repeat.js';
import { createSumsBySecond, heartbeats } from './arm-sums.js';
import { createOutbox } from './outbox.js';
import { isObserved, recordsOfServed, recordsOfShadow } from './prediction-records.js';

/** What is kept while Postgres does not answer. */
const capacity = 10_000;
const batch = 500;
const predictionsMilliseconds = 250;
const sumsMilliseconds = 1_000;
/**
 * Rows of one second that are kept one by one during a rollout. Postgres joins feedback and shadow copies with them; a
 * sample of 2,000 a second serves that, and 25,000 a second would keep a process busy with nothing else. Sums count all.
 */
const rowsOfASecond = 2_000;

export interface RecorderOptions {
  readonly fleet: Pick<Fleet, 'addSums' | 'addPredictions'>;
  readonly process: string;
  readonly splits: () => readonly Split[];
  readonly onDropped: (sink: 'sums' | 'predictions', rows: number) => void;
  readonly log: OutageLog;
}

/** Counts every request per second and arm, and sends sums and, during a rollout, records to Postgres. */
export interface Recorder {
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  /** Sends what is left, the present second included, and stops. */
  close(): Promise<void>;
}

const presentSecond = () => Math.floor(Date.now() / 1000);

function createOutboxes({ fleet, onDropped, log }: RecorderOptions) {
  const sink = (name: 'sums' | 'predictions') => ({
    capacity,
    batch,
    onDropped: (rows: number) => onDropped(name, rows),
    attempt: createAttempt(log, `sending ${name}`),
  });
  return {
    sumsOut: createOutbox<ArmSums>({ ...sink('sums'), send: (rows) => fleet.addSums(rows) }),
    predictionsOut: createOutbox<PredictionRecord>({
      ...sink('predictions'),
      send: (rows) => fleet.addPredictions(rows),
    }),
  };
}

/** A recorder that starts at once. A request is never held up by it. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { process, splits } = options;
  const sums = createSumsBySecond(process);
  const { sumsOut, predictionsOut } = createOutboxes(options);
  const kept = new WeakSet<Served>();
  let budget = { second: 0, rows: 0, leftOut: 0 };

  function renewBudget(second: number): void {
    if (budget.leftOut > 0) options.onDropped('predictions', budget.leftOut);
    budget = { second, rows: rowsOfASecond, leftOut: 0 };
  }

  /** Whole requests are kept or left out, whatever their arm: what is kept is a fair sample. */
  function mayKeep({ request }: Served, second: number): boolean {
    if (budget.second !== second) renewBudget(second);
    if (budget.rows <= 0) {
      budget.leftOut += request.rows;
      return false;
    }
    budget.rows -= request.rows;
    return true;
  }

  async function flushSums(before: number): Promise<void> {
    const taken = sums.takeBefore(before);
    sumsOut.push([...taken, ...heartbeats(splits(), taken, { process, second: before - 1 })]);
    await sumsOut.flush();
  }

  const loops = [
    repeat(sumsMilliseconds, () => flushSums(presentSecond())),
    repeat(predictionsMilliseconds, () => predictionsOut.flush()),
  ];

  return {
    served: (served) => {
      const second = presentSecond();
      sums.add(countOfServed(served), second);
      if (!isObserved(served.split) || !mayKeep(served, second)) return;
      kept.add(served);
      predictionsOut.push(recordsOfServed(served));
    },
    shadowed: (shadowed) => {
      sums.add(countOfShadow(shadowed), presentSecond());
      if (kept.has(shadowed.primary)) predictionsOut.push(recordsOfShadow(shadowed));
    },
    close: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      renewBudget(presentSecond());
      await flushSums(presentSecond() + 1);
      await predictionsOut.flush();
    },
  };
}

function countOfServed({ split, chosen, failure, milliseconds }: Served) {
  const { endpoint, epoch } = split;
  const { version } = chosen;
  const arm = countedArm(chosen);
  const errors = failure === null ? 0 : 1;
  return { endpoint, epoch, arm, version: version.version, requests: 1, errors, disagreements: 0, milliseconds };
}

/** A shadow is counted by row, so that disagreements are a share of what was compared. */
function countOfShadow({ primary, version, answer, milliseconds }: Shadowed) {
  const { endpoint, epoch } = primary.split;
  const requests = primary.request.rows;
  const disagreements = answer?.differs.filter(Boolean).length ?? 0;
  const errors = answer === null ? requests : 0;
  return {
    endpoint,
    epoch,
    arm: 'shadow' as const,
    version: version.version,
    requests,
    errors,
    disagreements,
    milliseconds,
  };
}
