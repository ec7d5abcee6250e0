import { aDraft, aPlan, aVersion, crownVersion, refOf } from '../integration/postgres/builders.js';
import { createTestDatabase } from '../integration/postgres/database.js';
import { createMemoryFleet } from '../support/memory-fleet.js';
import { splitOf } from '../support/serving-world.js';
import { fleetContract } from './fleet.contract.js';

fleetContract('Postgres', async () => {
  const db = await createTestDatabase(4);
  const first = await aVersion(db, 'churn');
  const second = await aVersion(db, 'churn');
  await crownVersion(db, first, 1);
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger: refOf(second) };
  await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  const { epoch } = await db.routing.prepare(aDraft(rolling, { champion: first, weight: 5 }), 'weight-5');
  await db.query('delete from acknowledgements');
  await db.query('delete from leases');
  const column = async <T>(sql: string) => (await db.query<{ value: T }>(sql)).map(({ value }) => value);
  return {
    fleet: db.fleet,
    first: refOf(first),
    second: refOf(second),
    preparedEpoch: epoch,
    acknowledged: async () => (await db.routing.readiness('churn', epoch)).acknowledged,
    sums: () => db.query('select second::int, requests::int, errors::int from arm_sums'),
    predictionIds: () => column<string>('select prediction_id as value from predictions'),
    ejections: () => column<string>('select reason as value from ejections'),
    close: () => db.drop(),
  };
});

fleetContract('the fleet in memory of the tests', async () => {
  const fleet = createMemoryFleet();
  const version = (number: number) => ({
    version: number,
    digest: `sha256:${String(number).repeat(64)}` as const,
    semver: `1.${number}.0`,
  });
  const [first, second] = [version(1), version(2)];
  fleet.versions = [first, second];
  fleet.committed = [splitOf({ champion: first, epoch: 1 })];
  fleet.prepared = [splitOf({ champion: first, challenger: second, weight: 5, epoch: 2 })];
  return {
    fleet,
    first,
    second,
    preparedEpoch: 2,
    acknowledged: async () =>
      fleet.acknowledgements.filter(({ process }) => fleet.leases.has(process)).map(({ process }) => process),
    sums: async () => [...fleet.sums.values()],
    predictionIds: async () => [...fleet.predictions.keys()],
    ejections: async () => fleet.ejections.map(({ reason }) => reason),
    close: async () => undefined,
  };
});
