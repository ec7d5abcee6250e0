import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Prediction, Split, VersionRef } from '@laurel/domain';
import type { Batch, RunnableModel } from '@laurel/ports';
import { baselineOutputs, baselinePrediction } from '../baseline.js';
import type { ModelRegistry } from '../model-registry.js';
import { confidenceOf, type PredictAnswer, type PredictRequest, type Route, type Served } from '../predictions.js';
import { type ChallengerRule, championOf, chooseRoute, stickyKeyOf } from '../routing/route.js';
import type { RoutingTable } from '../routing/routing-table.js';
import type { Admission } from './admission.js';
import type { Batchers } from './batchers.js';
import type { Breakers } from './breakers.js';
import { noEndpoint } from './no-endpoint.js';
import { blame } from './overflow.js';
import { newPredictionIds } from './prediction-ids.js';
import type { Tallies } from './tallies.js';

/** The only entrance to inference: every protocol asks here. */
export interface DataPlane {
  /**
   * Answers a request. Errors: `NotFound` (endpoint, pinned version), `InvalidInput` (what the champion does not take),
   * `ModelNotReady`, `ModelOutputInvalid` (no arm and no baseline could answer), `BreakerOpen`, `Overloaded`,
   * `DeadlineExceeded`, `Cancelled`.
   */
  predict(request: PredictRequest): Promise<PredictAnswer>;
  inFlight(): number;
}

export interface DataPlaneParts {
  readonly table: RoutingTable;
  readonly models: Pick<ModelRegistry, 'model' | 'isLoaded'>;
  readonly batchers: Batchers;
  readonly breakers: Breakers;
  readonly admission: Admission;
  /** May a challenger of this split see traffic? */
  readonly mayChallenge: (split: Split) => boolean;
  /** Told of every request that a model was asked, once its outcome is known; must not throw. */
  readonly observe: (served: Served) => void;
  readonly tallies: Pick<Tallies, 'refused'>;
  /** See `SyncLoop.arrival`; absent in a process that stands alone. */
  readonly arrival?: (endpoint: string) => Promise<void> | null;
  /** Resolves when the answer may be given; strict logging waits here for the disk. */
  readonly settle: ((served: Served) => Promise<void>) | null;
  readonly random?: () => number;
}

/** A data plane over the routing table and the versions in memory. */
export function createDataPlane(parts: DataPlaneParts): DataPlane {
  const { admission } = parts;
  return {
    inFlight: () => admission.inFlight(),
    predict: async (request) => {
      const split = parts.table.splitOf(request.endpoint) ?? (await arrivingSplit(parts, request.endpoint));
      try {
        admission.enter(request);
        try {
          return await answerRequest(parts, request, split);
        } finally {
          admission.leave(request);
        }
      } catch (error) {
        if (isLaurelError(error) && !countsAgainstVersion(error)) parts.tallies.refused(split, error.code);
        throw error;
      }
    },
  };
}

/** The first split of an endpoint may be committed, and its callers told so, before this process has looked. */
async function arrivingSplit({ table, arrival }: DataPlaneParts, endpoint: string): Promise<Split> {
  const arriving = arrival?.(endpoint) ?? null;
  if (arriving === null) throw noEndpoint(endpoint);
  await arriving;
  const split = table.splitOf(endpoint);
  if (split !== undefined) return split;
  const message = `The endpoint ${endpoint} is being rolled out for the first time; try again in a second.`;
  throw new LaurelError('ModelNotReady', message);
}

async function answerRequest(parts: DataPlaneParts, request: PredictRequest, split: Split): Promise<PredictAnswer> {
  const startedAt = performance.now();
  const stickyKey = stickyKeyOf(split, request);
  const challenger: ChallengerRule = {
    allowed: split.arms.length > 1 && parts.mayChallenge(split),
    isLoaded: (digest) => parts.models.isLoaded(digest),
  };
  const draw = (parts.random ?? Math.random)();
  const chosen = chooseRoute(
    split,
    { ...request, stickyKey },
    { draw, challenger, warm: parts.table.warmOf(split.endpoint) },
  );
  const outcome = await answerChosen(parts, { request, split, chosen });
  const { answer, failure } = outcome;
  if (failure === null || countsAgainstVersion(failure)) {
    const milliseconds = performance.now() - startedAt;
    const served: Served = { request, split, chosen, answer, failure, stickyKey, milliseconds, at: Date.now() };
    parts.observe(served);
    if (parts.settle !== null) await parts.settle(served);
  }
  if (outcome.answer !== null) return outcome.answer;
  throw outcome.failure;
}

/** Did the version fail, rather than the caller, the clock or the load? */
function countsAgainstVersion({ code }: LaurelError): boolean {
  return !(code === 'ModelNotReady' || code === 'Overloaded' || code === 'Cancelled' || code === 'DeadlineExceeded');
}

interface Asked {
  readonly request: PredictRequest;
  readonly split: Split;
  readonly chosen: Route;
}

type Outcome =
  | { readonly answer: PredictAnswer; readonly failure: LaurelError | null }
  | { readonly answer: null; readonly failure: LaurelError };

/**
 * Asks the chosen version, then the champion for a challenger, then the baseline. What the caller did wrong is thrown
 * and counts against nobody; what only the challenger refuses counts against it.
 */
async function answerChosen(parts: DataPlaneParts, asked: Asked): Promise<Outcome> {
  const { request, split, chosen } = asked;
  try {
    const answer = await ask(parts, asked, chosen);
    const isGood = chosen.arm === 'pinned' || isSure(answer, split);
    return { answer: isGood ? answer : ((await baselineAnswer(parts, asked)) ?? answer), failure: null };
  } catch (error) {
    const failure = named(error);
    if (failure.code === 'Cancelled' || failure.code === 'DeadlineExceeded') throw failure;
    const champion = championOf(split);
    if (chosen.arm === 'challenger' && champion !== undefined && champion.digest !== chosen.version.digest) {
      const route: Route = { arm: 'champion', version: champion };
      const instead = await answerChosen(parts, { request, split, chosen: route });
      return instead.answer === null
        ? { answer: null, failure }
        : { answer: { ...instead.answer, fallback: true }, failure };
    }
    if (failure.code === 'InvalidInput' || failure.code === 'Overloaded') throw failure;
    const answer = chosen.arm === 'pinned' ? null : await baselineAnswer(parts, asked);
    return answer === null ? { answer: null, failure } : { answer, failure };
  }
}

/** Asks one version under its breaker. What the caller did wrong gives the permit back. */
async function ask(parts: DataPlaneParts, { request, split }: Asked, route: Route): Promise<PredictAnswer> {
  const { version } = route;
  const model = parts.models.model(version.digest);
  if (model === undefined) {
    throw new LaurelError(
      'ModelNotReady',
      `Version ${version.version} of ${split.endpoint} is not loaded yet; try again in a second.`,
    );
  }
  const batch = admitted(model, request);
  const attempt = parts.breakers.enter(split, version, canFallBack(parts, split, route));
  request.trace?.asks(version.version);
  try {
    const { batching } = split.policy ?? {};
    const { outputs, milliseconds } = await parts.batchers.of(model).run(batch, request, batching?.maximumRows);
    model.check(outputs, batch.rows);
    const fallback = route.arm === 'baseline';
    const answer = answerOf(split, { ...route, fallback, model }, { rows: batch.rows, batch, outputs });
    attempt.succeeded(milliseconds, isSure(answer, split));
    return answer;
  } catch (error) {
    const failure = blame(named(error), batch);
    attempt.failed(failure);
    throw failure;
  }
}

/** Is every row's confidence at least what the endpoint asks for? */
function isSure(answer: PredictAnswer, { policy }: Split): boolean {
  const least = policy?.sla.confidence ?? null;
  return least === null || answer.predictions().every((prediction) => (confidenceOf(prediction) ?? 1) >= least);
}

function admitted(model: RunnableModel, { input }: PredictRequest): Batch {
  return input.kind === 'rows' ? model.encode(input.rows) : model.admit(input.tensors);
}

/** The version that answers as the baseline of a split; `undefined` where it has none, or is asked itself. */
function baselineVersionOf(
  { table }: Pick<DataPlaneParts, 'table'>,
  split: Split,
  { version }: Route,
): VersionRef | undefined {
  if (split.policy?.baselineVersion === undefined) return undefined;
  const previous = table.previousOf(split.endpoint);
  return previous?.digest === version.digest ? undefined : previous;
}

/** Can another answer when the version of `route` does not? */
function canFallBack(parts: DataPlaneParts, split: Split, route: Route): boolean {
  if (split.baseline !== null) return true;
  const version = route.arm === 'baseline' ? undefined : baselineVersionOf(parts, split, route);
  return version !== undefined && parts.models.isLoaded(version.digest);
}

/** The answer of the baseline: of its version where that is well and sure, else the constant; `null` where there is none. */
async function baselineAnswer(parts: DataPlaneParts, asked: Asked): Promise<PredictAnswer | null> {
  const { split, chosen } = asked;
  const version = baselineVersionOf(parts, split, chosen);
  if (version === undefined) return constantAnswer(parts, asked);
  try {
    const answer = await ask(parts, asked, { arm: 'baseline', version });
    if (isSure(answer, split)) return answer;
  } catch (error) {
    if (!isLaurelError(error)) throw error;
  }
  return constantAnswer(parts, asked);
}

function constantAnswer(parts: DataPlaneParts, { request, split, chosen }: Asked): PredictAnswer | null {
  const model = parts.models.model(chosen.version.digest) ?? null;
  const constant = baselinePrediction(split.baseline, model?.signature ?? null);
  if (constant === null) return null;
  const { rows } = request;
  const outputs = baselineOutputs(constant, model?.signature ?? null, rows);
  const route = { arm: 'baseline', version: chosen.version, fallback: true, model } as const;
  const answer = answerOf(split, route, { rows, batch: null, outputs });
  return { ...answer, predictions: () => Array.from({ length: rows }, () => constant) };
}

function answerOf(
  split: Split,
  from: Route & Pick<PredictAnswer, 'fallback' | 'model'>,
  { rows, batch, outputs }: Pick<PredictAnswer, 'rows' | 'batch' | 'outputs'>,
): PredictAnswer {
  const { arm, version, fallback, model } = from;
  const ids = newPredictionIds(Date.now());
  let decoded: readonly Prediction[] | undefined;
  const predictions = () => {
    decoded ??= model?.decode(outputs, rows) ?? [];
    return decoded;
  };
  const { endpoint, epoch } = split;
  return { endpoint, epoch, arm, version, fallback, model, rows, batch, ids, outputs, predictions };
}

function named(error: unknown): LaurelError {
  if (isLaurelError(error)) return error;
  return new LaurelError('Internal', 'The prediction failed in a way that was not foreseen; see the log.', {
    cause: error,
  });
}
