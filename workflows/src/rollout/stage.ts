import { type PromoteModel, rolloutId, searchAttributes, workflowIds } from '@laurel/contracts';
import type { OpenAnalysis, Split } from '@laurel/domain';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { writing } from '../activity-proxies.js';
import type { RolloutMail } from './rollout-mail.js';

/** Traffic as the rollout last set it. */
export interface Stage {
  readonly epoch: number;
  readonly weight: number;
  readonly shadowSample: number;
}

/** What a split shall give the challenger. */
interface Share {
  readonly step: number;
  readonly weight: number;
  readonly shadowSample: number;
}

/** Prepares a split and waits until every serving process has loaded and warmed what it names; returns its epoch. */
export async function prepareSplit(input: PromoteModel, share: Share): Promise<number> {
  const { endpoint, challenger, incarnation: fence } = input;
  const { epoch } = await writing.prepareSplit({
    endpoint,
    fence,
    changeId: `${rolloutId(endpoint, fence)}/step/${share.step}`,
    challenger,
    weight: share.weight,
    shadowSample: share.shadowSample,
    reason: share.shadowSample > 0 ? `shadow ${share.shadowSample} %` : `canary ${share.weight} %`,
  });
  await writing.awaitReadiness({ endpoint, epoch });
  return epoch;
}

/** Prepares a split and makes it current. */
export async function applySplit(input: PromoteModel, share: Share): Promise<Stage> {
  const epoch = await prepareSplit(input, share);
  const split: Split = await writing.commitSplit({ endpoint: input.endpoint, epoch, fence: input.incarnation });
  return { epoch: split.epoch, weight: share.weight, shadowSample: share.shadowSample };
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
