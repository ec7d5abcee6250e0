import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Prediction, Split } from '@laurel/domain';
import { v7 as uuidv7 } from 'uuid';
import { baselinePrediction } from './baseline.js';
import type { ModelRegistry } from './model-registry.js';
import type { PredictAnswer, PredictRequest, Route, Served } from './predictions.js';
import { type ChallengerRule, championOf, chooseRoute, hashOfKey, stickyKeyOf } from './routing/route.js';
import type { RoutingTable } from './routing/routing-table.js';

/** More requests than this at once are shed before they queue. */
const maximumInFlight = 256;

/** The only entrance to inference: every protocol asks here. */
export interface DataPlane {
  /**
   * Answers a request. Errors: `NotFound` (endpoint, pinned version), `InvalidInput` (rows the champion does not take),
   * `ModelNotReady`, `ModelOutputInvalid` (no arm and no baseline could answer), `Overloaded`.
   */
  predict(request: PredictRequest): Promise<PredictAnswer>;
  inFlight(): number;
}

export interface DataPlaneParts {
  readonly table: RoutingTable;
  readonly registry: Pick<ModelRegistry, 'model' | 'isLoaded'>;
  /** May a challenger of this split see traffic? */
  readonly mayChallenge: (split: Split) => boolean;
  /** Told of every request that a model was asked, once its outcome is known; must not throw. */
  readonly observe: (served: Served) => void;
  readonly random?: () => number;
}

/** A data plane over the routing table and the versions in memory. */
export function createDataPlane(parts: DataPlaneParts): DataPlane {
  let running = 0;
  return {
    inFlight: () => running,
    predict: async (request) => {
      if (running >= maximumInFlight) {
        throw new LaurelError('Overloaded', `${running} requests are being answered; try again in a second.`);
      }
      running += 1;
      try {
        return await answerRequest(parts, request);
      } finally {
        running -= 1;
      }
    },
  };
}

async function answerRequest(parts: DataPlaneParts, request: PredictRequest): Promise<PredictAnswer> {
  const startedAt = performance.now();
  const split = parts.table.splitOf(request.endpoint);
  if (split === undefined) {
    throw new LaurelError('NotFound', `There is no endpoint ${request.endpoint.slice(0, 63)} that serves.`);
  }
  const stickyKey = stickyKeyOf(split, request);
  const challenger: ChallengerRule = {
    allowed: parts.mayChallenge(split),
    isLoaded: (digest) => parts.registry.isLoaded(digest),
  };
  const draw = (parts.random ?? Math.random)();
  const chosen = chooseRoute(split, { version: request.version, stickyKey }, { draw, challenger });
  const outcome = await answerChosen(parts, { request, split, chosen });
  if (outcome.failure?.code !== 'ModelNotReady') {
    parts.observe({
      request,
      split,
      chosen,
      ...outcome,
      stickyKeyHash: hashOfKey(split.salt, stickyKey),
      milliseconds: performance.now() - startedAt,
      at: new Date(),
    });
  }
  if (outcome.answer !== null) return outcome.answer;
  throw outcome.failure;
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
 * and counts against nobody; rows that only the challenger refuses count against it.
 */
async function answerChosen(parts: DataPlaneParts, asked: Asked): Promise<Outcome> {
  const { request, split, chosen } = asked;
  try {
    return { answer: await ask(parts, asked, chosen), failure: null };
  } catch (error) {
    const failure = named(error);
    const champion = championOf(split);
    if (chosen.arm === 'challenger' && champion !== undefined && champion.digest !== chosen.version.digest) {
      const route: Route = { arm: 'champion', version: champion };
      const instead = await answerChosen(parts, { request, split, chosen: route });
      return instead.answer === null
        ? { answer: null, failure }
        : { answer: { ...instead.answer, fallback: true }, failure };
    }
    if (failure.code === 'InvalidInput') throw failure;
    const answer = chosen.arm === 'pinned' ? null : baselineAnswer(parts, asked);
    return answer === null ? { answer: null, failure } : { answer, failure };
  }
}

async function ask(parts: DataPlaneParts, { request, split }: Asked, route: Route): Promise<PredictAnswer> {
  const model = parts.registry.model(route.version.digest);
  if (model === undefined) {
    throw new LaurelError(
      'ModelNotReady',
      `Version ${route.version.version} of ${split.endpoint} is not loaded yet; try again in a second.`,
    );
  }
  const predictions = await model.predict(request.rows);
  return answerOf(split, { ...route, fallback: false, signature: model.signature }, predictions);
}

function baselineAnswer(parts: DataPlaneParts, { request, split, chosen }: Asked): PredictAnswer | null {
  const signature = parts.registry.model(chosen.version.digest)?.signature ?? null;
  const constant = baselinePrediction(split.baseline, signature);
  if (constant === null) return null;
  const route = { arm: 'baseline', version: chosen.version, fallback: true, signature } as const;
  return answerOf(
    split,
    route,
    request.rows.map(() => constant),
  );
}

function answerOf(
  split: Split,
  from: Route & Pick<PredictAnswer, 'fallback' | 'signature'>,
  predictions: readonly Prediction[],
): PredictAnswer {
  const { version, semver, digest } = from.version;
  return {
    endpoint: split.endpoint,
    epoch: split.epoch,
    arm: from.arm,
    version: { version, semver, digest },
    fallback: from.fallback,
    signature: from.signature,
    rows: predictions.map((prediction) => ({ predictionId: uuidv7(), prediction })),
  };
}

function named(error: unknown): LaurelError {
  if (isLaurelError(error)) return error;
  return new LaurelError('Internal', 'The prediction failed in a way that was not foreseen; see the log.', {
    cause: error,
  });
}
