import { join } from 'node:path';
import { codeVersion } from '@laurel/contracts';
import type { ModelVersion } from '@laurel/domain';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import type { Repositories } from '@laurel/postgres';
import { aDraft, aPlan, aRunId, digestOf, gateOf, refOf } from '../../integration/postgres/builders.js';
import { draftOf } from '../../support/built-package.js';
import { eventually } from '../../support/eventually.js';
import { type BenchModel, type Fixtures, inputName } from './fixtures.js';

/** Share of the requests that the challenger gets: the same model, so that every answer is comparable. */
const challengerWeight = 10;

interface Place {
  readonly home: string;
  readonly fixtures: Fixtures;
}

/**
 * Crowns each model on the endpoint of its name and begins a rollout of a second version of it, by sticky key: every
 * request is split, counted, watched and logged. A serving process must hold a lease already.
 */
export async function putModelsOnSplits(db: Repositories, { home, fixtures }: Place): Promise<void> {
  for (const model of Object.values(fixtures.models)) {
    const champion = await release(db, model, { home, name: 'first' });
    await roll(db, model, { incarnation: 1, challenger: champion });
    await db.routing.crown({
      ...rollingOf(model, { incarnation: 1, challenger: champion }),
      fence: 1,
      evidenceId: gateOf(champion),
      codeVersion,
    });
    await roll(db, model, { incarnation: 2, challenger: await release(db, model, { home, name: 'second' }) });
  }
}

async function release(
  db: Repositories,
  model: BenchModel,
  { home, name }: { readonly home: string; readonly name: string },
): Promise<ModelVersion> {
  const packages = createPackages({
    objectStore: createDirectoryStore({ root: join(home, 'objects') }),
    keys: await openKeys(join(home, 'keys')),
  });
  const task = model.classes.length === 2 ? 'binary' : 'multiclass';
  const inputs = [{ name: inputName, dtype: 'FP32', shape: [-1, model.width], optional: false } as const];
  const { onnx, outputs, classes } = model;
  const draft = draftOf({ model: onnx, signature: { task, inputs, outputs, classes } }, `${model.name} ${name}`);
  const digest = await packages.publish(draft, { 'model.onnx': onnx });
  const { signature, algorithm, lineage } = draft;
  const gates = [{ gate: 'rocAuc', state: 'pass' as const, observed: 0.9, bound: 0.8, message: 'rocAuc' }];
  const version = { project: model.name, digest, runId: aRunId(), signature, algorithm, lineage, metrics: {} };
  return db.registry.register(
    { ...version, gates, gatesPassed: true },
    {
      endpoint: model.name,
      policyDigest: digestOf('policy'),
      codeVersion,
      nextSemver: (last) => `1.${last?.version ?? 0}.0`,
    },
  );
}

interface Step {
  readonly incarnation: number;
  readonly challenger: ModelVersion;
}

const rollingOf = ({ name }: BenchModel, { incarnation, challenger }: Step) => ({
  endpoint: name,
  project: name,
  incarnation,
  challenger: refOf(challenger),
});

/** Begins a rollout and commits its split once the serving process has loaded what it names. */
async function roll(db: Repositories, model: BenchModel, step: Step): Promise<void> {
  const rolling = rollingOf(model, step);
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  const draft = aDraft(rolling, { champion: rollout.champion, weight: challengerWeight });
  const baseline = { label: model.classes[0] ?? '' };
  const { epoch } = await db.routing.prepare({ ...draft, baseline }, `weight-${challengerWeight}`);
  await eventually(
    async () => {
      const { live, acknowledged } = await db.routing.readiness(model.name, epoch);
      return live.length > 0 && acknowledged.length === live.length;
    },
    `epoch ${epoch} of ${model.name} is acknowledged`,
    30_000,
  );
  await db.routing.commit({ endpoint: model.name, epoch, fence: step.incarnation });
}
