import type { EvidenceView } from '@laurel/contracts/schemas';
import { exampleFolder, type Ground, testProject } from '../chaos/ground.js';
import { apply, better, type RolledOut, rollOut, small, train } from '../chaos/stories.js';
import { type Summary, summarise } from './samples.js';

const limitMilliseconds = 100;
/** Every answer of the harmful challenger takes at least so long. */
const harmful = { ...better, n_estimators: 42, ballast: 150 } as const;

/** Seconds. */
export interface RollbackTimes {
  readonly rollouts: number;
  readonly targetP99: number;
  /** From the look that decided to roll back to the last answer of the challenger; 0 when none came after it. */
  readonly fromBreach: Summary;
  /** From the first answer of the challenger above its limit to its last answer. */
  readonly fromFirstHarm: Summary;
  /** Answers of the challenger after the breach, in all rollouts. */
  readonly answersAfterBreach: number;
  /** Requests of all rollouts that got no good answer. */
  readonly failed: number;
  /** What led to the breach, with how often it did. */
  readonly reasons: Readonly<Record<string, number>>;
}

interface Rollback {
  readonly breach: number;
  readonly reasons: string;
  readonly answers: RolledOut['answers'];
}

/** Lets a challenger that passes its gates but answers too late reach the canary under traffic, time after time. */
export async function measureRollback(ground: Ground, times: number): Promise<RollbackTimes> {
  await apply(ground, small);
  const first = await train(ground);
  await rollOut(ground, first.version);
  await applyHarmful(ground);
  const { version } = await train(ground);
  const rollbacks: Rollback[] = [];
  for (let turn = 0; turn < times; turn += 1) rollbacks.push(await oneRollback(ground, version));
  return {
    rollouts: times,
    targetP99: 5,
    fromBreach: summarise(rollbacks.map((rollback) => Math.max(0, lastAnswer(rollback) - rollback.breach) / 1_000)),
    fromFirstHarm: summarise(rollbacks.map((rollback) => (lastAnswer(rollback) - firstHarm(rollback)) / 1_000)),
    answersAfterBreach: rollbacks.flatMap((rollback) => ofChallenger(rollback).filter(({ at }) => at > rollback.breach))
      .length,
    failed: rollbacks.flatMap(({ answers }) => answers.filter(({ status }) => status !== 200)).length,
    reasons: counted(rollbacks.map(({ reasons }) => reasons)),
  };
}

/** Straight to the canary: a shadow would find that it is slow before any caller does. */
async function applyHarmful(ground: Ground): Promise<void> {
  const project = await testProject(harmful);
  const rollout = {
    ...project.spec.rollout,
    steps: [{ setWeight: 50 }, { analysis: { metrics: ['errorRate', 'latencyP99'] } }],
    metrics: {
      errorRate: { role: 'guardrail', direction: 'lower', margin: 0.5, minimumSample: 20 },
      latencyP99: {
        role: 'guardrail',
        direction: 'lower',
        margin: '20s',
        hardLimit: `${limitMilliseconds}ms`,
        minimumSample: 20,
      },
    },
  };
  await ground.post('projects', { project: { ...project, spec: { ...project.spec, rollout } }, folder: exampleFolder });
}

async function oneRollback(ground: Ground, version: number): Promise<Rollback> {
  const { status, incarnation, answers } = await rollOut(ground, version);
  if (status !== 'rolledBack') throw new Error(`the slow challenger should be rolled back and was ${status}`);
  const { items } = await ground.get<{ readonly items: readonly EvidenceView[] }>(
    `rollouts/churn/${incarnation}/evidence`,
  );
  const looks = items.filter(({ kind, decision }) => kind === 'look' && decision.action === 'rollBack');
  const breach = Math.min(...looks.map(({ at }) => Date.parse(at)));
  const reasons = looks.find(({ at }) => Date.parse(at) === breach)?.decision.reasons.join(', ');
  if (reasons === undefined) throw new Error(`rollout ${incarnation} was rolled back without a look that says so`);
  if (!answers.some(({ arm }) => arm === 'challenger'))
    throw new Error('the challenger was stopped before it answered anybody');
  return { breach, reasons, answers };
}

const ofChallenger = ({ answers }: Rollback) => answers.filter(({ arm }) => arm === 'challenger');
const lastAnswer = (rollback: Rollback) => Math.max(...ofChallenger(rollback).map(({ at }) => at));
const firstHarm = (rollback: Rollback) =>
  Math.min(
    ...ofChallenger(rollback)
      .filter(({ milliseconds }) => milliseconds > limitMilliseconds)
      .map(({ at }) => at),
  );

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
