import { randomUUID } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import { runName, shortened, trackingLimits } from '@laurel/domain';
import type { KeyValue } from '@laurel/ports';
import type { Arguments } from './arguments.js';
import { foundRun } from './found.js';
import { tagIn } from './pairs.js';
import type { MlflowRoute } from './route.js';
import { shownRun, shownRunInfo } from './shown-runs.js';

const runNameTag = 'mlflow.runName';

/** Numbers of MLflow's enumeration. */
const statuses = { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 } as const;

/** What a run has before anything is logged. */
const empty = { metrics: [], params: [], datasets: [], inputModels: [], outputModels: [] };

/** Runs without what is logged to them. */
export const runRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: 'mlflow/runs/create',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      const tags = args.messages('tags').map(tagIn);
      const name = nameOf(args, tags);
      const named = tags.some(({ key }) => key === runNameTag) ? tags : [...tags, { key: runNameTag, value: name }];
      const distinct = [...new Map(named.map((tag) => [tag.key, tag])).values()];
      const info = await ports.tracking.createRun({
        runId: randomUUID().replaceAll('-', ''),
        experimentId: args.text('experiment_id') || '0',
        name,
        userId: shortened(args.text('user_id') ?? '', 256),
        startMs: args.integer('start_time') ?? 0,
        tags: distinct,
      });
      return { run: shownRun({ ...empty, info, tags: distinct }) };
    },
  },
  {
    method: 'POST',
    path: 'mlflow/runs/update',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      const status = args.word('status', statuses);
      const endMs = args.integer('end_time');
      const name = args.text('run_name');
      const info = await ports.tracking.updateRun(args.demandRunId(), {
        ...(status === undefined ? {} : { status }),
        ...(endMs === undefined ? {} : { endMs }),
        ...(name === undefined || name === '' ? {} : { name: shortened(name, trackingLimits.key) }),
      });
      return { run_info: shownRunInfo(info) };
    },
  },
  {
    method: 'GET',
    path: 'mlflow/runs/get',
    allow: 'viewer',
    answer: async ({ args, ports }) => ({ run: shownRun(await foundRun(ports.tracking, args.demandRunId())) }),
  },
  {
    method: 'POST',
    path: 'mlflow/runs/delete',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.deleteRun(args.demandRunId());
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/runs/restore',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.restoreRun(args.demandRunId());
      return {};
    },
  },
];

/** The name that was given, in the argument or the tag; else one that people can tell apart. */
function nameOf(args: Arguments, tags: readonly KeyValue[]): string {
  const given = args.text('run_name') || undefined;
  const tagged = tags.find(({ key }) => key === runNameTag)?.value || undefined;
  if (given !== undefined && tagged !== undefined && given !== tagged) {
    throw new LaurelError(
      'InvalidInput',
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${given}', mlflow.runName='${tagged}').`,
    );
  }
  return shortened(given ?? tagged ?? runName(Math.random()), trackingLimits.key);
}
