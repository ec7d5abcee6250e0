import type { ArmSums, PredictionRecord, VersionRef } from '@laurel/domain';
import type { Fleet } from '@laurel/ports';

/** A fleet with the endpoint `churn`: version 1 is its champion in a committed epoch, a later epoch is prepared for version 2. */
export interface FleetUnderTest {
  readonly fleet: Fleet;
  readonly first: VersionRef;
  readonly second: VersionRef;
  readonly preparedEpoch: number;
  /** Processes that have acknowledged the prepared epoch and hold a lease. */
  acknowledged(): Promise<readonly string[]>;
  sums(): Promise<readonly Pick<ArmSums, 'second' | 'requests' | 'errors'>[]>;
  predictionIds(): Promise<readonly string[]>;
  ejections(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const sum: ArmSums = {
  endpoint: 'churn',
  epoch: 1,
  arm: 'champion',
  version: 1,
  process: 'p1',
  second: 10,
  requests: 3,
  errors: 1,
  disagreements: 0,
  latency: { 4: 3 },
};

/** What every implementation of the port `Fleet` must do. */
export function fleetContract(name: string, open: () => Promise<FleetUnderTest>): void {
  describe(`${name} as a fleet`, () => {
    let world: FleetUnderTest;
    let fleet: Fleet;

    beforeEach(async () => {
      world = await open();
      fleet = world.fleet;
    });
    afterEach(() => world?.close());

    const acknowledge = (process: string, epoch = world.preparedEpoch) =>
      fleet.acknowledge({ endpoint: 'churn', epoch, process, loaded: [world.first.digest, world.second.digest] });
    const wish = (version: string, endpoint = 'churn') => ({ endpoint, version, by: 'ann' });

    test('the desired state names committed and prepared splits apart, and no champion before the first', async () => {
      const { committed, prepared, previous } = await fleet.desired();
      expect(previous).toEqual([]);
      expect(committed.map(({ endpoint, arms }) => [endpoint, arms[0]?.version])).toEqual([
        ['churn', world.first.version],
      ]);
      expect(prepared.map(({ epoch }) => epoch)).toEqual([world.preparedEpoch]);
    });

    test('an acknowledgement counts once, while its process holds a lease', async () => {
      await acknowledge('p1');
      expect(await world.acknowledged()).toEqual([]);
      await fleet.renewLease('p1', 60_000);
      await acknowledge('p1');
      await acknowledge('p1');
      expect(await world.acknowledged()).toEqual(['p1']);
    });

    test('what a process acknowledged goes with its lease', async () => {
      await fleet.renewLease('p1', 60_000);
      await acknowledge('p1');
      await fleet.endLease('p1');
      await fleet.endLease('p1');
      await fleet.renewLease('p1', 60_000);
      expect(await world.acknowledged()).toEqual([]);
    });

    test('an epoch that was never prepared is NotFound', async () => {
      await expect(acknowledge('p1', 999)).rejects.toMatchObject({ code: 'NotFound' });
    });

    test('sums of one second of a process are the last that were written', async () => {
      await fleet.addSums([sum, { ...sum, second: 11 }]);
      await fleet.addSums([{ ...sum, requests: 5 }]);
      const sums = [...(await world.sums())].sort((one, other) => one.second - other.second);
      expect(sums.map(({ second, requests }) => [second, requests])).toEqual([
        [10, 5],
        [11, 3],
      ]);
    });

    test('a prediction is kept once, as it was first written', async () => {
      const record: PredictionRecord = {
        predictionId: '01931700-0000-7000-8000-000000000001',
        endpoint: 'churn',
        epoch: 1,
        arm: 'champion',
        version: 1,
        digest: world.first.digest,
        at: '2026-01-31T09:00:00.000Z',
        stickyKeyHash: null,
        label: 'Yes',
        value: null,
        confidence: 0.9,
        latencyMilliseconds: 1,
        status: 'ok',
        fallback: false,
        shadowOf: null,
      };
      await fleet.addPredictions([record, { ...record, predictionId: `${record.predictionId.slice(0, -1)}2` }]);
      await fleet.addPredictions([{ ...record, label: 'No' }]);
      expect(await world.predictionIds()).toHaveLength(2);
    });

    test('an ejection is told once, with the first reason', async () => {
      const ejection = { endpoint: 'churn', epoch: 1, process: 'p1', reason: 'invalid outputs' };
      await fleet.reportEjection(ejection);
      await fleet.reportEjection({ ...ejection, reason: 'again' });
      expect(await world.ejections()).toEqual(['invalid outputs']);
    });

    test('a version is kept loaded once, by number or SemVer, until it is let go', async () => {
      const number = String(world.second.version);
      expect(await fleet.keepLoaded(wish(number))).toEqual(world.second);
      await fleet.keepLoaded(wish(world.second.semver));
      expect((await fleet.desired()).keepWarm).toEqual([{ ...world.second, endpoint: 'churn' }]);
      await fleet.letGo(wish(number));
      await fleet.letGo(wish(number));
      expect((await fleet.desired()).keepWarm).toEqual([]);
    });

    test.each([
      ['a version that is none', '77', 'churn'],
      ['an endpoint that is none', '1', 'nowhere'],
    ])('%s is NotFound', async (_, version, endpoint) => {
      await expect(fleet.keepLoaded(wish(version, endpoint))).rejects.toMatchObject({ code: 'NotFound' });
      await expect(fleet.letGo(wish(version, endpoint))).rejects.toMatchObject({ code: 'NotFound' });
    });
  });
}
