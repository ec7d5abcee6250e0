import { createHash } from 'node:crypto';
import { codeVersion, LaurelError } from '@laurel/contracts';
import {
  canonicalJson,
  type Decision,
  type Digest,
  decide,
  decisionFor,
  type Evidence,
  type LookInput,
  lookAt,
  type OpenAnalysis,
  type Rollout,
  type SplitOfEpoch,
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

/** The last look at an analysis: what it said, so that a saga hears of changes only, and what the next goes on from. */
interface LastLook {
  readonly number: number;
  /** `null` where this watcher has signalled nothing yet. */
  readonly told: string | null;
  readonly before: LookInput | undefined;
  readonly earlierSplits: readonly SplitOfEpoch[];
}

/** Last looks by analysis. */
type Told = Map<string, LastLook>;

/** A look waits for Postgres most of its time; more at once would take the connections of everybody else. */
const looksAtOnce = 4;

/**
 * Looks at every open rollout: one pass reads the sums, stores each look as evidence and signals the saga when the
 * verdict changes. Only one watcher runs at a time; its memory is a convenience: a new one tells the verdict again.
 * A pass looks at all of them before it throws what kept it from looking at some.
 */
export function createWatcher(ports: WatcherPorts): { pass(): Promise<void> } {
  const told: Told = new Map();
  return {
    pass: async () => {
      const analyses = await ports.routing.openAnalyses();
      const open = new Set(analyses.map(keyOf));
      for (const key of told.keys()) if (!open.has(key)) told.delete(key);
      const failures: unknown[] = [];
      const waiting = analyses.values();
      const lookOn = async () => {
        for (const analysis of waiting) await look(ports, analysis, told).catch((error) => void failures.push(error));
      };
      await Promise.all(Array.from({ length: looksAtOnce }, lookOn));
      if (failures.length > 0) {
        const said = `${failures.length} of ${analyses.length} rollouts could not be looked at`;
        throw new AggregateError(failures, said);
      }
    },
  };
}

function keyOf({ rollout, step, epoch }: OpenAnalysis): string {
  return `${rollout}/${step}/${epoch}`;
}

async function look(ports: WatcherPorts, analysis: OpenAnalysis, told: Told): Promise<void> {
  const rollout = await ports.rollouts.find(analysis.rollout);
  if (rollout === undefined || rollout.status !== 'running') return;
  const key = keyOf(analysis);
  const last = told.get(key) ?? (await lastLook(ports, analysis));
  const input = await observe(ports, { analysis, rollout, last });
  const decision = decisionFor(analysis, decide(input));
  const number = last.number + 1;
  const evidence = evidenceOf({ analysis, rollout, decision, number }, input);
  await ports.evidence.append(evidence);
  if (last.told !== decision.action && decision.action !== 'continue') {
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
  told.set(key, { ...last, number, told: decision.action, before: input });
}

async function observe(
  ports: WatcherPorts,
  seen: { readonly analysis: OpenAnalysis; readonly rollout: Rollout; readonly last: LastLook },
): Promise<LookInput> {
  const { analysis, rollout, last } = seen;
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
    before: last.before,
    earlierSplits: last.earlierSplits,
  });
}

/** What is stored of the looks before: the plan goes on from the same epoch's, the splits from every epoch's. */
async function lastLook({ evidence }: WatcherPorts, { rollout, step, epoch }: OpenAnalysis): Promise<LastLook> {
  const [ofStep, newest] = await Promise.all([evidence.newestLook(rollout, step), evidence.newestLook(rollout)]);
  return {
    number: ofStep?.look ?? 0,
    told: null,
    before: ofStep?.epoch === epoch ? (ofStep.input ?? undefined) : undefined,
    earlierSplits: newest?.input?.splits ?? [],
  };
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
