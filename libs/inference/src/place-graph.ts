import { availableParallelism } from 'node:os';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { ModelSignature } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { openChildSession } from './child/child-session.js';
import { describeMismatch, ortType } from './declared-types.js';
import { measureRun } from './measure-run.js';
import { openSession, type Session } from './session.js';

/** Where a runner tells what it loaded. */
export interface RunnerLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

/** Which graphs run in a process of their own: none, those whose batch was measured to hold up the loop, all. */
export type Isolation = 'never' | 'measured' | 'always';

export interface GraphOptions {
  /** `null` for a bare graph, of which only the tensors are known. */
  readonly signature: ModelSignature | null;
  /** What errors and the log call the model. */
  readonly name: string;
  readonly intraOpThreads: number;
  readonly isolate: Isolation;
  /** In a process of its own that leaves the processor to others. */
  readonly aside: boolean;
  readonly log?: RunnerLog | undefined;
}

interface OpenGraph extends Pick<RunnableModel, 'place' | 'sharesRuns'> {
  readonly session: Session;
}

/** A warm graph in its place. */
export interface PlacedGraph extends OpenGraph, Pick<RunnableModel, 'cost'> {}

type Cost = RunnableModel['cost'];

/** Rows of a full batch. */
const fullRows = 64;
/** A cheap model is measured with up to so many: an endpoint may ask for larger batches. */
const mostRows = 1_024;
/** Nobody waits for what runs aside, and a run that has to wait for the processor is none that hangs. */
const asideLimits = { longestReleaseMilliseconds: 2_000, longestRunMilliseconds: 120_000 };

/**
 * Milliseconds that a batch may keep the serving loop. With a single processor a child gives the loop no time, it only
 * isolates.
 */
export const loopMilliseconds = availableParallelism() === 1 ? 5 : 1;

/** Opens, checks and warms a graph where it belongs. Errors: `ModelUnsafe`, `DependencyUnavailable`, `ModelNotReady`. */
export async function placeGraph(model: Uint8Array, options: GraphOptions): Promise<PlacedGraph> {
  const isChild = options.aside || options.isolate === 'always';
  if (!isChild && options.isolate === 'measured') return placeMeasured(model, options);
  const graph = await (isChild ? openChild : openHere)(model, options);
  return orRelease(graph, async () => ({ ...graph, cost: await costOf(graph, options) }));
}

/** A graph is tried in a child, where a slow one holds up nobody; a fast one then moves to the loop. */
async function placeMeasured(model: Uint8Array, options: GraphOptions): Promise<PlacedGraph> {
  const tried = await openChildIfPossible(model, options);
  if (tried === null) {
    const graph = await openHere(model, options);
    return orRelease(graph, async () => ({
      ...graph,
      cost: await shareOf(graph, options, await costOf(graph, options)),
    }));
  }
  return orRelease(tried, async () => {
    const full = await costOf(tried, options);
    const share = await shareOf(tried, options, full);
    if (share.milliseconds > loopMilliseconds) return { ...tried, cost: full };
    const graph = await openHere(model, options);
    await orRelease(graph, () => measureRun(graph.session, options.signature, share.maximumRows));
    await tried.session.release();
    return { ...graph, cost: share };
  });
}

async function openHere(model: Uint8Array, { signature, intraOpThreads }: GraphOptions): Promise<OpenGraph> {
  const session = await openSession(model, { threads: intraOpThreads, outputs: wantedOutputs(signature) });
  return checked({ session, place: 'loop' }, signature);
}

async function openChild(model: Uint8Array, options: GraphOptions): Promise<OpenGraph> {
  const { signature, intraOpThreads, aside, name, log } = options;
  const outputs = wantedOutputs(signature);
  const session = await openChildSession(model, {
    threads: intraOpThreads,
    outputs,
    priority: aside ? 'low' : 'normal',
    ...(aside ? asideLimits : {}),
    name,
    log,
  });
  return checked({ session, place: 'child' }, signature);
}

async function openChildIfPossible(model: Uint8Array, options: GraphOptions): Promise<OpenGraph | null> {
  try {
    return await openChild(model, options);
  } catch (error) {
    if (!isLaurelError(error) || error.code !== 'DependencyUnavailable') throw error;
    options.log?.warn(
      { model: options.name, err: error },
      'a model is measured on the serving loop, for want of a process',
    );
    return null;
  }
}

function wantedOutputs(signature: ModelSignature | null): readonly string[] | null {
  return signature?.outputs.map(({ name }) => name) ?? null;
}

async function checked(opened: Omit<OpenGraph, 'sharesRuns'>, signature: ModelSignature | null): Promise<OpenGraph> {
  const { inputs, outputs } = opened.session;
  const graph = { ...opened, sharesRuns: [...inputs, ...outputs].every(({ shape }) => shape[0] === -1) };
  return orRelease(graph, async () => {
    if (signature !== null) checkSignature(graph.session, signature);
    return graph;
  });
}

function checkSignature({ inputs, outputs }: Session, signature: ModelSignature): void {
  const facts = (specs: Session['inputs']) =>
    specs.map(({ name, datatype }) => ({ name, isTensor: true, type: ortType[datatype] }));
  const mismatch = describeMismatch(signature, { inputMetadata: facts(inputs), outputMetadata: facts(outputs) });
  if (mismatch !== undefined) {
    throw new LaurelError('ModelUnsafe', `The model does not match its signature: ${mismatch}.`);
  }
}

async function costOf({ session, sharesRuns }: OpenGraph, { signature }: GraphOptions): Promise<Cost> {
  const maximumRows = sharesRuns ? fullRows : 1;
  return { maximumRows, milliseconds: await measureRun(session, signature, maximumRows) };
}

/** The largest batch that the loop has the time for, or of one row where it has not even that. */
async function shareOf({ session, sharesRuns }: OpenGraph, { signature }: GraphOptions, full: Cost): Promise<Cost> {
  const measure = async (maximumRows: number) => ({
    maximumRows,
    milliseconds: await measureRun(session, signature, maximumRows),
  });
  let cost = full;
  while (cost.milliseconds > loopMilliseconds && cost.maximumRows > 1) cost = await measure(cost.maximumRows / 2);
  if (cost !== full || !sharesRuns) return cost;
  while (cost.milliseconds <= loopMilliseconds / 2 && cost.maximumRows < mostRows) {
    const larger = await measure(cost.maximumRows * 2);
    if (larger.milliseconds > loopMilliseconds) break;
    cost = larger;
  }
  return cost;
}

async function orRelease<T>({ session }: OpenGraph, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await session.release();
    throw error;
  }
}
