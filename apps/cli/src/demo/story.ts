import { LaurelError } from '@laurel/contracts';
import type {
  EndpointAnswer,
  EvidenceView,
  ProjectView,
  RolloutView,
  RunAccepted,
  RunView,
  SplitView,
  VersionView,
} from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';
import type { ApiClient } from '../client/api-client.js';
import { poll } from '../follow/poll.js';
import type { EndpointPicture } from './report/invariants.js';
import type { EndedRollout } from './report/report.js';

/** What a demo does with the platform, through its public API alone. */
export interface Story {
  apply(project: ModelProject, folder: string): Promise<void>;
  /** Trains and waits until the run has ended; says each step once. */
  train(project: string): Promise<VersionView>;
  /** Waits until the rollout of `version` has begun. */
  rolloutOf(endpoint: string, version: number): Promise<RolloutView>;
  /** Follows a rollout to its end; `onSplit` hears of every new split. */
  follow(rollout: RolloutView, onSplit: (split: SplitView) => void): Promise<EndedRollout>;
  picture(endpoint: string, project: string): Promise<EndpointPicture>;
  splits(endpoint: string): Promise<readonly SplitView[]>;
}

export function tellStory(api: ApiClient, say: (line: string) => void): Story {
  return {
    apply: async (project, folder) => {
      await api.post<ProjectView>('projects', { project, folder });
    },
    train: async (project) => {
      const { runId } = await api.post<RunAccepted>(`projects/${project}/runs`, {});
      let shown = '';
      const run = await poll(async () => {
        const current = await api.find<RunView>(`runs/${runId}`);
        const step = current?.step ?? 'queued';
        if (step !== shown) say(`  ${step}`);
        shown = step;
        return current === undefined || current.status === 'running' ? undefined : current;
      });
      if (run.version === null)
        throw new LaurelError(
          'TrainerFailed',
          run.message ?? `run ${runId} ended as ${run.status}; see laurel logs ${runId}.`,
        );
      return api.get<VersionView>(`models/${project}/versions/${run.version}`);
    },
    rolloutOf: (endpoint, version) =>
      poll(async () => {
        const recent = await api.list<RolloutView>(`endpoints/${endpoint}/rollouts`, 20);
        return recent.find(({ challenger }) => challenger.version === version);
      }),
    follow: async ({ endpoint, incarnation }, onSplit) => {
      let epoch = 0;
      const rollout = await poll(async () => {
        const view = await api.find<EndpointAnswer>(`endpoints/${endpoint}`);
        if (view?.split && view.split.epoch !== epoch) {
          epoch = view.split.epoch;
          onSplit(view.split);
        }
        const current = await api.get<RolloutView>(`endpoints/${endpoint}/rollouts/${incarnation}`);
        return current.status === 'running' ? undefined : current;
      });
      const { items } = await api.get<{ readonly items: readonly EvidenceView[] }>(
        `rollouts/${endpoint}/${incarnation}/evidence`,
      );
      return { rollout, evidence: items };
    },
    picture: async (endpoint, project) => {
      const { split } = await api.get<EndpointAnswer>(`endpoints/${endpoint}`);
      const versions = await api.list<VersionView>(`models/${project}/versions`, 100);
      const ordered = versions.toSorted((a, b) => a.version - b.version);
      const named = ordered.flatMap(({ version, aliases }) => aliases.map((alias) => [alias, version] as const));
      return {
        arms: (split?.arms ?? []).map(({ role, version, weight }) => ({ role, version, weight })),
        shadow: split?.shadow?.version ?? null,
        aliases: Object.fromEntries(named.toSorted(([a], [b]) => (a < b ? -1 : 1))),
        stages: Object.fromEntries(ordered.map(({ version, stage }) => [String(version), stage])),
      };
    },
    splits: async (endpoint) => {
      const { items } = await api.get<{ readonly items: readonly (SplitView & { readonly state: string })[] }>(
        `endpoints/${endpoint}/splits`,
        { limit: 200 },
      );
      return items.filter(({ state }) => state !== 'prepared');
    },
  };
}
