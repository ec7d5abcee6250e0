import { LaurelError } from '@laurel/contracts';
import { frameKinds } from '../../bin/tensor-frames.mjs';
import type { GraphFacts } from '../session.js';
import type { Frame } from './frame-reader.js';
import {
  type GraphProcess,
  type GraphProcessEvents,
  type GraphProcessOptions,
  startGraphProcess,
} from './graph-process.js';
import { onlyWhenIdle } from './low-priority.js';

const longestOpeningMilliseconds = 60_000;

/** A process whose graph is loaded. */
export interface OpenProcess {
  readonly process: GraphProcess;
  readonly facts: GraphFacts;
}

/**
 * Starts a process and waits for its graph; `events` tell of what comes after. Errors: `ModelUnsafe` for a graph that
 * does not load or ends its process, `DependencyUnavailable` when the system starts none.
 */
export async function openProcess(options: GraphProcessOptions, events: GraphProcessEvents): Promise<OpenProcess> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<GraphFacts>();
  let death: LaurelError | null = null;
  let told: GraphProcessEvents = {
    answered: (frame) => readOpening(frame, resolve, reject),
    died: (how) => {
      death = unsafe(`loading it ended its process (${how})`);
      reject(death);
    },
  };
  const process = await startGraphProcess(options, {
    answered: (frame) => told.answered(frame),
    died: (how) => told.died(how),
  });
  const limit = setTimeout(() => process.kill(), longestOpeningMilliseconds);
  try {
    const facts = await opened;
    if (options.priority === 'low') await onlyWhenIdle(process.pid);
    if (death !== null) throw death;
    told = events;
    return { process, facts };
  } finally {
    clearTimeout(limit);
  }
}

function readOpening(
  { kind, body }: Frame,
  resolve: (facts: GraphFacts) => void,
  reject: (error: LaurelError) => void,
): void {
  const text = Buffer.from(body).toString();
  if (kind === frameKinds.opened) resolve(JSON.parse(text) as GraphFacts);
  else reject(unsafe(text));
}

function unsafe(what: string): LaurelError {
  return new LaurelError('ModelUnsafe', `The model does not load: ${what}.`);
}
