import { randomBytes } from 'node:crypto';
import type { TrackingClient } from './load.js';

/** What is measured: what each client prepares, and the call that is repeated. */
export interface Scenario {
  readonly name: string;
  /** Laurel's rate with one client over the real server's that is aimed at. */
  readonly aim: number;
  prepare(client: TrackingClient, ground: Ground): Promise<() => Promise<void>>;
}

export interface Ground {
  /** Where runs are made. */
  readonly experimentId: string;
  /** The one with many runs. */
  readonly largeExperimentId: string;
}

const post = (path: string, body: object) => ({ method: 'POST', path, body }) as const;
const short = () => randomBytes(6).toString('hex');

async function aRun(client: TrackingClient, { experimentId }: Ground): Promise<string> {
  type Created = { readonly run: { readonly info: { readonly run_id: string } } };
  return (await client.send<Created>(runOf(experimentId))).run.info.run_id;
}

/** With the tags that the Python client sends. */
function runOf(experimentId: string) {
  const tags = [
    { key: 'mlflow.user', value: 'bench' },
    { key: 'mlflow.source.name', value: 'train.py' },
    { key: 'mlflow.source.type', value: 'LOCAL' },
    { key: 'mlflow.runName', value: 'bench' },
  ];
  const run = { experiment_id: experimentId, user_id: 'bench', run_name: 'bench', start_time: Date.now(), tags };
  return post('runs/create', run);
}

const searchOf =
  (body: object): Scenario['prepare'] =>
  async (client, { largeExperimentId }) => {
    const search = post('runs/search', { experiment_ids: [largeExperimentId], run_view_type: 'ACTIVE_ONLY', ...body });
    return async () => void (await client.send(search));
  };

/** Step after step to a run of the client's own. */
const logging =
  (name: string, bodyOf: (step: number) => object): Scenario['prepare'] =>
  async (client, ground) => {
    const run_id = await aRun(client, ground);
    let step = 0;
    return async () => {
      step += 1;
      await client.send(post(`runs/${name}`, { run_id, ...bodyOf(step) }));
    };
  };

export const scenarios: readonly Scenario[] = [
  {
    name: 'create a run',
    aim: 10,
    prepare:
      async (client, { experimentId }) =>
      async () =>
        void (await client.send(runOf(experimentId))),
  },
  {
    name: 'log one metric',
    aim: 10,
    prepare: logging('log-metric', (step) => ({ key: 'm', value: step / 7, timestamp: Date.now(), step })),
  },
  {
    name: 'log a batch of 100 metrics',
    aim: 10,
    prepare: logging('log-batch', (step) => ({
      metrics: Array.from({ length: 100 }, (_, index) => ({
        key: `m${index}`,
        value: step + index / 7,
        timestamp: Date.now(),
        step,
      })),
    })),
  },
  {
    name: 'search 30,000 runs, page of 100',
    aim: 5,
    prepare: searchOf({
      filter: "metrics.m0 > 0.5 AND params.p0 = 'v3'",
      order_by: ['metrics.m1 DESC'],
      max_results: 100,
    }),
  },
  { name: 'search 30,000 runs, page of 1,000', aim: 5, prepare: searchOf({ max_results: 1_000 }) },
  {
    name: 'register a version and alias it',
    aim: 5,
    prepare: async (client, ground) => {
      const run_id = await aRun(client, ground);
      const name = `bench-${short()}`;
      await client.send(post('registered-models/create', { name }));
      return async () => {
        type Made = { readonly model_version: { readonly version: string } };
        const source = `runs:/${run_id}/model`;
        const made = await client.send<Made>(post('model-versions/create', { name, source, run_id }));
        const alias = { name, alias: 'latest-one', version: made.model_version.version };
        await client.send(post('registered-models/alias', alias));
      };
    },
  },
];
