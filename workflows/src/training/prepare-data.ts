import type { SnapshotInput, TrainingStep } from '@laurel/contracts';
import { computing } from '../activity-proxies.js';

/** The rows that trainings see: stored, validated and split. `context` enters a step and gives its input. */
export async function prepareData(context: (step: TrainingStep) => SnapshotInput) {
  const dataset = await computing.snapshotData(context('snapshot'));
  await computing.validateData({ ...context('validate'), dataset });
  const parts = await computing.splitData({ ...context('split'), dataset });
  return { dataset, parts };
}
