import { type PromoteModel, type PromotionOutcome, rolloutId, searchAttributes } from '@laurel/contracts';
import { milliseconds } from '@laurel/domain';
import { CancellationScope, isCancellation, upsertSearchAttributes } from '@temporalio/workflow';
import { untiring, writing } from './activity-proxies.js';
import { codedFailure } from './failures.js';
import { awaitApprovals, awaitPermission, isGoverned } from './rollout/approvals.js';
import type { Course } from './rollout/course.js';
import { awaitThaw } from './rollout/freeze.js';
import { rejected, rejectionOf } from './rollout/rejection.js';
import { retreat } from './rollout/retreat.js';
import { openMail } from './rollout/rollout-mail.js';
import { runSteps } from './rollout/run-steps.js';
import { noTraffic, prepareSplit, showStep } from './rollout/stage.js';
import { waitingFor } from './rollout/waiting.js';
import { saga } from './saga.js';

/**
 * The saga that makes a version champion: approval, load, shadow, canary steps with analyses, crowning. A breach, an
 * abort, the deadline or a cancellation restores what was before; rejection is a value, stored with its evidence.
 */
export async function promoteModel(input: PromoteModel): Promise<PromotionOutcome> {
  const mail = openMail();
  const waiting = waitingFor(mail, Date.now() + milliseconds(input.plan.deadline));
  try {
    return await end(
      input,
      await saga((undo) => promote({ input, mail, waiting, traffic: { stage: noTraffic } }, undo)),
    );
  } catch (error) {
    if (isCancellation(error)) {
      await end(input, { kind: 'aborted', cause: 'cancelled', evidenceId: null });
      throw error;
    }
    const failure = codedFailure(error);
    if (failure?.code === 'CompensationFailed') {
      return await end(input, { kind: 'needsOperator', cause: failure.message, evidenceId: null });
    }
    const rejection = rejectionOf(error);
    if (rejection !== undefined) return await end(input, rejection);
    if (failure === undefined) throw error;
    return await end(input, { kind: 'rolledBack', cause: `${failure.code}: ${failure.message}`, evidenceId: null });
  }
}

async function promote(
  course: Course,
  undo: (step: string, run: () => Promise<unknown>) => void,
): Promise<PromotionOutcome> {
  const { input, mail, waiting } = course;
  const { endpoint, project, incarnation, challenger, plan } = input;
  const mine = { endpoint, project, incarnation, fence: incarnation, challenger };

  undo('restore split, alias and stage', () =>
    untiring.restoreSplit({
      ...mine,
      reason: mail.abort()?.reason ?? mail.verdict()?.reasons.join(', ') ?? 'rollout ended early',
    }),
  );
  const governed = isGoverned(plan);
  const { requestedBy } = input;
  const begun = { endpoint, project, incarnation, challenger, plan, requestedBy };
  const { champion, gateEvidenceId } = await writing.beginRollout(begun);
  if (plan.approval.required) await awaitApproval(course, governed);

  const evidenceId = champion === null ? await prepareFirst(course, gateEvidenceId) : await earn(course, governed);
  waiting.check();
  if (governed) await awaitPermission(course);
  await CancellationScope.nonCancellable(() => untiring.crownChampion({ ...mine, evidenceId }));
  return { kind: 'promoted', cause: null, evidenceId };
}

/** The stored PASS that the steps end with; where they end otherwise, traffic goes back as the plan wants it. */
async function earn(course: Course, governed: boolean): Promise<string> {
  try {
    const evidenceId = await runSteps(course, governed);
    if (evidenceId === null) {
      const cause = 'the plan has no analysis that passed, and only a stored PASS promotes';
      throw rejected({ kind: 'rolledBack', cause, evidenceId });
    }
    await awaitThaw(course);
    return evidenceId;
  } catch (failure) {
    await retreat(course, failure);
    throw failure;
  }
}

/** A first version has nobody to be compared with: its gates' PASS is the evidence, and it only has to be loaded. */
async function prepareFirst({ input, mail }: Course, gateEvidenceId: string): Promise<string> {
  await showStep(input, mail, { step: 0, phase: 'load', weight: 0 });
  await prepareSplit(input, { step: 0, weight: 100, shadowSample: 0 });
  return gateEvidenceId;
}

async function awaitApproval(course: Course, governed: boolean): Promise<void> {
  const { input, mail, waiting } = course;
  const { approvers, expiresAfter } = input.plan.approval;
  await showStep(input, mail, { step: -1, phase: `approval by ${approvers}`, weight: 0 });
  if (governed) return awaitApprovals(course, approvers);
  await waiting.pause(milliseconds(expiresAfter), () => mail.approvers() >= approvers);
  if (mail.approvers() >= approvers) return;
  throw rejected({ kind: 'rolledBack', cause: `not approved within ${expiresAfter}`, evidenceId: null });
}

async function end(input: PromoteModel, outcome: PromotionOutcome): Promise<PromotionOutcome> {
  await CancellationScope.nonCancellable(() =>
    untiring.endRollout({
      rollout: rolloutId(input.endpoint, input.incarnation),
      outcome: outcome.kind,
      cause: outcome.cause,
      evidenceId: outcome.evidenceId,
    }),
  );
  upsertSearchAttributes([{ key: searchAttributes.verdict, value: outcome.kind }]);
  return { kind: outcome.kind, cause: outcome.cause, evidenceId: outcome.evidenceId };
}
