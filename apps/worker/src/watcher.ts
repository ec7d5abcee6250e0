import { createHash } from 'node:crypto';
import { codeVersion, LaurelError } from '@laurel/contracts';
import {
  canonicalJson,
  type Decision,
  type Digest,
  decide,
  decisionFor,
  type Evidence,
  lookAt,
  type OpenAnalysis,
  type Rollout,
} from '@laurel/domain';
import type { EvidenceStore, Observations, Orchestrator, Rollouts, Routing } from '@laurel/ports';

/** What the watcher reads and writes. */
export interface WatcherPorts {
  readonly routing: Routing;
  readonly rollouts: Rollouts;
  readonly observations: Observations;
  readonly evidence: EvidenceStore;
  readonly orchestrator: Orchestrator;
}

/** Verdicts already signalled, by analysis, so that a saga hears of changes only. */
type Told = Map<string, { readonly action: string; readonly look: number }>;

/**
 * Looks at every open rollout: one pass reads the sums, stores each look as evidence and signals the saga when the
 * verdict changes. Only one watcher runs at a time; its memory is a convenience: a new one tells the verdict again.
 */
export function createWatcher(ports: WatcherPorts): { pass(): Promise<void> } {
  const told: Told = new Map();
  return {
    pass: async () => {
      const analyses = await ports.routing.openAnalyses();
      const open = new Set(analyses.map(keyOf));
      for (const key of told.keys()) if (!open.has(key)) told.delete(key);
      for (const analysis of analyses) await look(ports, analysis, told);
    },
  };
}

function keyOf({ rollout, step, epoch }: OpenAnalysis): string {
  return `${rollout}/${step}/${epoch}`;
}

async function look(ports: WatcherPorts, analysis: OpenAnalysis, told: Told): Promise<void> {
  const rollout = await ports.rollouts.find(analysis.rollout);
  if (rollout === undefined || rollout.status !== 'running') return;
  const input = await observe(ports, analysis, rollout);
  const decision = decisionFor(analysis, decide(input));
  const key = keyOf(analysis);
  const before = told.get(key);
  const number = (before?.look ?? (await lastLook(ports, analysis))) + 1;
  const evidence = evidenceOf({ analysis, rollout, decision, number }, input);
  await ports.evidence.append(evidence);
  if (before?.action !== decision.action && decision.action !== 'continue') {
    const { step, epoch, workflowId } = analysis;
    const { action, reasons, metrics } = decision;
    await ports.orchestrator.changeVerdict(workflowId, {
      step,
      epoch,
      action,
      reasons,
      metrics,
      evidenceId: evidence.id,
    });
  }
  told.set(key, { action: decision.action, look: number });
}

async function observe(ports: WatcherPorts, analysis: OpenAnalysis, rollout: Rollout) {
  const { endpoint, epoch } = analysis;
  const { observations } = ports;
  const [totals, labels, pairedLabels, ejections, telemetryAgeMilliseconds, split] = await Promise.all([
    observations.totals(endpoint, epoch),
    observations.labels(endpoint, epoch),
    observations.pairedLabels(endpoint, epoch),
    observations.ejections(endpoint, epoch),
    observations.telemetryAge(endpoint, epoch),
    ports.routing.current(endpoint),
  ]);
  if (split === undefined)
    throw new LaurelError(
      'NotFound',
      `endpoint ${endpoint} has an open analysis but no split; the reconciler will close it.`,
    );
  return lookAt({
    analysis,
    metrics: rollout.plan.metrics,
    totals,
    labels,
    pairedLabels,
    ejections: ejections.length,
    telemetryAgeMilliseconds,
    weights: Object.fromEntries(split.arms.map(({ role, weight }) => [role, weight])),
    planExhausted: false,
  });
}

async function lastLook(ports: WatcherPorts, { rollout, step }: OpenAnalysis): Promise<number> {
  const looks = await ports.evidence.list({ rollout });
  return Math.max(
    0,
    ...looks.filter((item) => item.kind === 'look' && item.step === step).map((item) => item.look ?? 0),
  );
}

function evidenceOf(
  made: {
    readonly analysis: OpenAnalysis;
    readonly rollout: Rollout;
    readonly decision: Decision;
    readonly number: number;
  },
  input: Evidence['input'],
): Evidence {
  const { analysis, rollout, decision, number } = made;
  return {
    id: `${analysis.rollout}/step/${analysis.step}/epoch/${analysis.epoch}/look/${number}`,
    kind: 'look',
    endpoint: analysis.endpoint,
    rollout: analysis.rollout,
    step: analysis.step,
    look: number,
    at: new Date().toISOString(),
    epoch: analysis.epoch,
    champion: rollout.champion,
    challenger: rollout.challenger,
    policyDigest: digest(rollout.plan.metrics),
    input,
    decision,
    codeVersion,
  };
}

function digest(value: unknown): Digest {
  return `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
}
