import {
  decide,
  type KayentaConfig,
  kayentaJudge,
  type LookInput,
  lookAt,
  type OpenAnalysis,
  type RolloutMetricSpec,
} from '@laurel/domain';
import { minutesOf } from './intervals.js';
import type { Recording, Snapshot } from './recording.js';

export interface Verdict {
  readonly say: 'promoted' | 'rolledBack' | 'held';
  readonly second: number;
}

/** A way to decide about a canary from its recorded traffic. */
export interface Policy {
  readonly name: string;
  readonly judge: (recording: Recording) => Verdict;
}

/**
 * An AnalysisRun of Argo Rollouts: interval 1m, count 30, failureLimit 3, on thresholds that a healthy service keeps with
 * room to spare: at most 1 % errors, a p99 of at most 50 ms.
 */
const argo: Policy = {
  name: 'Argo-style thresholds',
  judge: (recording) => {
    const minutes = minutesOf(recording, 'challenger');
    let failed = 0;
    for (const { second, errorRate, latencyP99 } of minutes) {
      if (!(errorRate <= 0.01 && latencyP99 <= 50)) failed += 1;
      if (failed > 3) return { say: 'rolledBack', second };
    }
    return { say: 'promoted', second: minutes.at(-1)?.second ?? 0 };
  },
};

const kayentaConfig: KayentaConfig = {
  metrics: ['errorRate', 'latencyP99'].map((name) => ({ name, groups: ['service'], direction: 'increase' })),
  scoreThresholds: { pass: 95, marginal: 75 },
};

/** A standalone canary analysis of Kayenta: lifetime 30 minutes, judged every 10 over all minutes so far. */
const kayenta: Policy = {
  name: "Kayenta's judge",
  judge: (recording) => {
    const [control, experiment] = [minutesOf(recording, 'champion'), minutesOf(recording, 'challenger')];
    for (const minutes of [10, 20, 30]) {
      const valuesOf = (name: 'errorRate' | 'latencyP99') => ({
        control: control.slice(0, minutes).map((minute) => minute[name]),
        experiment: experiment.slice(0, minutes).map((minute) => minute[name]),
      });
      const values = { errorRate: valuesOf('errorRate'), latencyP99: valuesOf('latencyP99') };
      const { verdict } = kayentaJudge(kayentaConfig, values);
      if (verdict === 'Fail' || (minutes === 30 && verdict === 'Marginal')) {
        return { say: 'rolledBack', second: 60 * minutes };
      }
    }
    return { say: 'promoted', second: 1_800 };
  },
};

/** The guardrails of the shipped example, as its project file has them. */
const metrics: { readonly [name: string]: RolloutMetricSpec } = {
  errorRate: { role: 'guardrail', direction: 'lower', margin: 0.005, minimumSample: 200 },
  latencyP99: { role: 'guardrail', direction: 'lower', margin: '10ms', minimumSample: 200, hardLimit: '250ms' },
};

const analysis: OpenAnalysis = {
  rollout: 'bench/1',
  workflowId: 'bench/1',
  endpoint: 'bench',
  step: 0,
  epoch: 1,
  mode: 'canary',
  settle: Object.keys(metrics),
  shadowRequests: null,
  openedAt: '2026-01-01T00:00:00.000Z',
};

const laurel: Policy = {
  name: "Laurel's guardrails",
  judge: (recording) => {
    let before: LookInput | undefined;
    for (const snapshot of recording) {
      before = look(snapshot, before);
      const { action } = decide(before);
      if (action === 'rollBack') return { say: 'rolledBack', second: snapshot.second };
      if (action === 'advance') return { say: 'promoted', second: snapshot.second };
    }
    return { say: 'held', second: recording.at(-1)?.second ?? 0 };
  },
};

function look({ champion, challenger }: Snapshot, before: LookInput | undefined): LookInput {
  return lookAt({
    analysis,
    metrics,
    totals: [champion, challenger],
    labels: [],
    pairedLabels: { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 },
    ejections: 0,
    telemetryAgeMilliseconds: 0,
    planExhausted: false,
    weights: { champion: 75, challenger: 25 },
    before,
  });
}

/** In the order of the table. */
export const policies: readonly Policy[] = [argo, kayenta, laurel];
