import type {
  EntityActivities,
  GateActivities,
  PromotionReading,
  RegistryActivities,
  RolloutActivities,
} from '@laurel/contracts';
import type { OpenAnalysis, Split, VersionRef } from '@laurel/domain';
import { ApplicationFailure, Context } from '@temporalio/activity';

/** Activities of a rollout that write down what they were asked; they keep the contract and touch nothing. */
export interface RolloutJournal {
  readonly lines: string[];
  readonly analyses: OpenAnalysis[];
  /** What is stored about the promotion; a test changes it as people decide. */
  promotion: PromotionReading;
  /** Milliseconds until shares may grow; `null`: they may. */
  thawsIn: number | null;
  /** What a gate answers, which may be nothing at all; a test changes it as the other program does. */
  gateOpen: boolean | 'silent';
  readonly activities: RolloutActivities & EntityActivities & GateActivities & RegistryActivities;
}

export interface JournalOptions {
  /** Champion before the rollout; `null` for an endpoint that never served. */
  readonly champion: VersionRef | null;
  /** Activities that fail every time, by name. */
  readonly broken?: readonly string[];
  readonly fence?: number;
  /** What a gate answers at first; no, unless said. */
  readonly gateOpen?: boolean | 'silent';
}

/** The reference a test calls `v<n>`. */
export function versionRef(version: number): VersionRef {
  return { version, semver: `1.0.${version}`, digest: `sha256:${String(version).padStart(64, '0')}` };
}

export function openJournal(options: JournalOptions): RolloutJournal {
  const lines: string[] = [];
  const analyses: OpenAnalysis[] = [];
  const journal: Pick<RolloutJournal, 'promotion' | 'thawsIn' | 'gateOpen'> = {
    promotion: {
      may: true,
      approvers: 0,
      rejected: false,
      missing: '',
      expiresIn: 60_000,
      opensIn: null,
    },
    thawsIn: null,
    gateOpen: options.gateOpen ?? false,
  };
  let epoch = 0;
  const note = (name: string, line: string) => {
    lines.push(line);
    if (options.broken?.includes(name)) {
      throw ApplicationFailure.create({ type: 'NotFound', message: `${name} is broken`, nonRetryable: true });
    }
  };
  const splitOf = (endpoint: string): Split => ({
    endpoint,
    epoch,
    fence: 1,
    incarnation: 1,
    arms: [],
    shadow: null,
    stickyKey: null,
    salt: '',
    baseline: null,
    appliedBy: 'test',
    appliedAt: new Date(0).toISOString(),
    reason: '',
  });
  const activities: RolloutJournal['activities'] = {
    readFence: async () => options.fence ?? 0,
    beginRollout: async ({ incarnation, challenger }) => {
      note('beginRollout', `begin ${incarnation} with v${challenger.version}`);
      return { before: null, champion: options.champion, gateEvidenceId: `gate/${challenger.version}` };
    },
    prepareSplit: async ({ weight, shadowSample, headerRoutes = [] }) => {
      epoch += 1;
      const routes = headerRoutes.map(({ name }) => ` and ${name}`).join('');
      note('prepareSplit', shadowSample > 0 ? `shadow ${shadowSample} %${routes}` : `${weight} %${routes}`);
      return { epoch };
    },
    awaitReadiness: async () => {
      note('awaitReadiness', 'ready');
      return { processes: 2 };
    },
    commitSplit: async ({ endpoint }) => {
      note('commitSplit', 'commit');
      return splitOf(endpoint);
    },
    openAnalysis: async (analysis) => {
      analyses.push(analysis);
      note('openAnalysis', `watch step ${analysis.step}`);
    },
    recordStep: async () => undefined,
    askGate: async ({ step, gate }) => {
      note('askGate', `ask ${gate.kind} at step ${step}`);
      if (journal.gateOpen === 'silent') return Context.current().cancelled;
      return { open: journal.gateOpen, answer: 'answered 503' };
    },
    readFreeze: async () => ({ thawsIn: journal.thawsIn }),
    readPromotion: async () => journal.promotion,
    crownChampion: async ({ challenger, evidenceId, endpoint }) => {
      note('crownChampion', `crown v${challenger.version} on ${evidenceId}`);
      return splitOf(endpoint);
    },
    restoreSplit: async () => {
      note('restoreSplit', 'restore');
      return null;
    },
    endRollout: async ({ outcome }) => note('endRollout', outcome),
    rollBackChampion: async ({ by }) => {
      note('rollBackChampion', `back by ${by}`);
      return options.champion;
    },
    requestRollout: async ({ challenger, endpoint }) => {
      note('requestRollout', `request rollout of v${challenger.version}`);
      return { workflowId: `endpoint/${endpoint}` };
    },
    registerVersion: async () => versionRef(1),
    beginRun: async () => undefined,
    endRun: async () => undefined,
    readProject: async () => {
      throw ApplicationFailure.create({ type: 'NotFound', message: 'no project', nonRetryable: true });
    },
  };
  return Object.assign(journal, { lines, analyses, activities });
}
