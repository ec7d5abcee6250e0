import { codeVersion } from '@laurel/contracts';
import type { ModelVersion } from '@laurel/domain';
import { aPlan, aVersion, refOf } from './builders.js';
import type { TestDatabase } from './database.js';

/** A project of its own for each test, with two registered versions, and the calls that rollouts of it make. */
export interface TwoVersions {
  readonly project: string;
  readonly first: ModelVersion;
  readonly second: ModelVersion;
  readonly rolling: (incarnation: number, challenger?: ModelVersion) => Rolling;
  readonly begin: (
    incarnation: number,
    challenger?: ModelVersion,
    plan?: ReturnType<typeof aPlan>,
  ) => ReturnType<TestDatabase['routing']['beginRollout']>;
  readonly restore: (incarnation: number, challenger?: ModelVersion) => ReturnType<TestDatabase['routing']['restore']>;
}

interface Rolling {
  readonly endpoint: string;
  readonly project: string;
  readonly incarnation: number;
  readonly fence: number;
  readonly challenger: ReturnType<typeof refOf>;
}

let serial = 0;

/** Registers the two versions; no process has a lease yet. */
export async function twoVersions(db: TestDatabase): Promise<TwoVersions> {
  serial += 1;
  const project = `churn-${serial}`;
  const first = await aVersion(db, project);
  const second = await aVersion(db, project);
  await db.query('delete from acknowledgements');
  await db.query('delete from leases');
  const rolling = (incarnation: number, challenger = second): Rolling => ({
    endpoint: project,
    project,
    incarnation,
    fence: incarnation,
    challenger: refOf(challenger),
  });
  return {
    project,
    first,
    second,
    rolling,
    begin: (incarnation, challenger = second, plan = aPlan()) =>
      db.routing.beginRollout({ endpoint: project, project, incarnation, challenger: refOf(challenger), plan }),
    restore: (incarnation, challenger = second) =>
      db.routing.restore({ ...rolling(incarnation, challenger), reason: 'aborted', codeVersion }),
  };
}
