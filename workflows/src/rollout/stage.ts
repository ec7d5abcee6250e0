import { type PromoteModel, rolloutId, searchAttributes, workflowIds } from '@laurel/contracts';
import { type HeaderRoute, type OpenAnalysis, routesAfter, type Split } from '@laurel/domain';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { retreating, writing } from '../activity-proxies.js';
import type { RolloutMail } from './rollout-mail.js';

/** Traffic as the rollout last set it. */
export interface Stage {
  readonly epoch: number;
  readonly weight: number;
  readonly shadowSample: number;
}

/** Before the first split of a rollout. */
export const noTraffic: Stage = { epoch: 0, weight: 0, shadowSample: 0 };

/** What a split shall give the challenger; its header routes follow from the plan. */
interface Share {
  readonly step: number;
  /** Absent, or how often the step is run; each run makes a split of its own. */
  readonly run?: number;
  readonly weight: number;
  readonly shadowSample: number;
}

/** Prepares a split and waits until every serving process has loaded and warmed what it names; returns its epoch. */
export async function prepareSplit(input: PromoteModel, share: Share): Promise<number> {
  const { endpoint, challenger, incarnation: fence } = input;
  const routes = routesAfter(input.plan, share.step);
  const { epoch } = await writing.prepareSplit({
    endpoint,
    fence,
    changeId: changeOf(input, share),
    challenger,
    weight: share.weight,
    shadowSample: share.shadowSample,
    ...(routes.length === 0 ? {} : { headerRoutes: routes }),
    reason: reasonOf(share, routes),
  });
  await writing.awaitReadiness({ endpoint, epoch });
  return epoch;
}

function changeOf({ endpoint, incarnation }: PromoteModel, { step, run = 1 }: Share): string {
  const change = `${rolloutId(endpoint, incarnation)}/step/${step}`;
  return run === 1 ? change : `${change}/run/${run}`;
}

function reasonOf({ weight, shadowSample }: Share, routes: readonly HeaderRoute[]): string {
  const share = shadowSample > 0 ? `shadow ${shadowSample} %` : `canary ${weight} %`;
  return routes.length === 0 ? share : `${share}, header routes ${routes.map(({ name }) => name).join(', ')}`;
}

/** Prepares a split and makes it current. */
export async function applySplit(input: PromoteModel, share: Share): Promise<Stage> {
  const epoch = await prepareSplit(input, share);
  const split: Split = await writing.commitSplit({ endpoint: input.endpoint, epoch, fence: input.incarnation });
  return { epoch: split.epoch, weight: share.weight, shadowSample: share.shadowSample };
}

/** Takes the challenger's share back to `weight`, its header routes too; quickly or not at all. */
export async function shrinkSplit(input: PromoteModel, weight: number): Promise<Stage> {
  const { endpoint, incarnation: fence, challenger } = input;
  const { epoch } = await retreating.prepareSplit({
    endpoint,
    fence,
    changeId: `${rolloutId(endpoint, fence)}/back/${weight}`,
    challenger,
    weight,
    shadowSample: 0,
    reason: `back to ${weight} %`,
  });
  await retreating.awaitReadiness({ endpoint, epoch });
  await retreating.commitSplit({ endpoint, epoch, fence });
  return { epoch, weight, shadowSample: 0 };
}

/** Opens what the watcher shall look at; with nothing to settle it only guards. */
export async function openAnalysis(
  input: PromoteModel,
  stage: Stage,
  look: Pick<OpenAnalysis, 'step' | 'settle' | 'shadowRequests' | 'openedAt'>,
): Promise<void> {
  await writing.openAnalysis({
    ...look,
    rollout: rolloutId(input.endpoint, input.incarnation),
    workflowId: workflowIds.rollout(input.endpoint, input.incarnation),
    endpoint: input.endpoint,
    epoch: stage.epoch,
    mode: stage.weight > 0 ? 'canary' : 'shadow',
  });
}

/** Makes the step visible: Temporal UI, search attributes, query and the row in Postgres. */
export async function showStep(
  input: PromoteModel,
  mail: RolloutMail,
  at: { readonly step: number; readonly phase: string; readonly weight: number },
): Promise<void> {
  mail.show(at);
  setCurrentDetails(
    `**v${input.challenger.version}** on **${input.endpoint}**: ${at.phase}, ${at.weight} % of traffic`,
  );
  upsertSearchAttributes([
    { key: searchAttributes.endpoint, value: input.endpoint },
    { key: searchAttributes.project, value: input.project },
    { key: searchAttributes.version, value: String(input.challenger.version) },
    { key: searchAttributes.phase, value: at.phase },
    { key: searchAttributes.trafficPercent, value: at.weight },
  ]);
  await writing.recordStep({ rollout: rolloutId(input.endpoint, input.incarnation), step: at.step, phase: at.phase });
}
