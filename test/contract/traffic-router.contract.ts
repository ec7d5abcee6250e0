import { type HeaderRule, routingNeeds, type Split, splitProblems } from '@laurel/domain';
import type { TrafficRouter } from '@laurel/ports';

/** What the next split shall be; unsaid, the challenger has a tenth, and nothing beside it. */
export interface SplitWish {
  readonly weight?: number;
  readonly headers?: readonly Omit<HeaderRule, 'version'>[];
  readonly shadow?: boolean;
  readonly stickyKey?: string | null;
}

/** An endpoint with a champion and a challenger, and a router in front of them that has routed nothing yet. */
export interface TrafficRouterWorld {
  readonly endpoint: string;
  readonly router: TrafficRouter;
  /** A router as another worker would have it. */
  readonly anotherRouter: () => TrafficRouter;
  /** A split with the next epoch, of the present rollout, that may be applied. */
  readonly next: (wish?: SplitWish) => Promise<Split>;
  /** From here on, splits are those of the next rollout, which holds a newer fence. */
  readonly newRollout: () => Promise<void>;
  /** Lets whatever stands behind the router say that it routes as it was told. */
  readonly settle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every router promises, whatever divides the traffic. */
export function trafficRouterContract(adapter: string, given: () => Promise<TrafficRouterWorld>): void {
  describe(`the traffic router: ${adapter}`, () => {
    let world: TrafficRouterWorld;
    beforeEach(async () => {
      world = await given();
    }, 120_000);
    afterEach(() => world?.close());

    const shareOfChallenger = async () => {
      const state = await world.router.current(world.endpoint);
      return state?.weights.find(({ version }) => version === 2)?.weight ?? 0;
    };

    test('routes as the split says, and says by which epoch and fence', async () => {
      const split = await world.next({ weight: 10 });
      expect(splitProblems(split)).toEqual([]);
      expect(await world.router.apply(split)).toBe('applied');
      const { epoch, fence } = split;
      const weights = [
        { version: 1, weight: 90 },
        { version: 2, weight: 10 },
      ];
      expect(await world.router.current(world.endpoint)).toEqual({ epoch, fence, weights });
    });

    test('grows a share and shrinks it to nothing', async () => {
      for (const weight of [5, 50, 95, 0]) {
        await world.router.apply(await world.next({ weight }));
        expect(await shareOfChallenger()).toBe(weight);
      }
    });

    test('the same split applied again, by whomever, changes nothing', async () => {
      const split = await world.next();
      await world.router.apply(split);
      const before = await world.router.current(world.endpoint);
      expect(await world.router.apply(split)).toBe('unchanged');
      expect(await world.anotherRouter().apply(split)).toBe('unchanged');
      expect(await world.router.current(world.endpoint)).toEqual(before);
    });

    test('an older epoch is refused, and what is routed stays', async () => {
      const [older, newer] = [await world.next({ weight: 50 }), await world.next({ weight: 10 })];
      await world.router.apply(newer);
      await expect(world.anotherRouter().apply(older)).rejects.toMatchObject({ code: 'StaleEpoch' });
      expect(await shareOfChallenger()).toBe(10);
    });

    test('what holds an older fence is refused, and what is routed stays', async () => {
      const older = await world.next({ weight: 50 });
      await world.newRollout();
      await world.router.apply(await world.next({ weight: 10 }));
      await expect(world.anotherRouter().apply(older)).rejects.toMatchObject({ code: 'StaleFence' });
      expect(await shareOfChallenger()).toBe(10);
    });

    test('of two writers at once, the newer split stays', async () => {
      for (const [first, second] of [
        [5, 20],
        [30, 1],
      ] as const) {
        const [older, newer] = [await world.next({ weight: first }), await world.next({ weight: second })];
        const outcomes = await Promise.allSettled([world.router.apply(older), world.anotherRouter().apply(newer)]);
        expect(outcomes[1]?.status).toBe('fulfilled');
        if (outcomes[0]?.status === 'rejected') expect(outcomes[0].reason).toMatchObject({ code: 'StaleEpoch' });
        expect((await world.router.current(world.endpoint))?.epoch).toBe(newer.epoch);
        expect(await shareOfChallenger()).toBe(second);
      }
    });

    test('is ready for an epoch when it routes by it, not before, and not for an older one', async () => {
      const { router, endpoint } = world;
      const older = await world.next({ weight: 5 });
      expect(await router.readiness(endpoint, older.epoch)).toMatchObject({ state: 'waiting' });
      await router.apply(older);
      await world.settle();
      expect(await router.readiness(endpoint, older.epoch)).toEqual({ state: 'ready' });
      const newer = await world.next({ weight: 25 });
      expect(await router.readiness(endpoint, newer.epoch)).toMatchObject({ state: 'waiting' });
      await router.apply(newer);
      await expect(router.readiness(endpoint, older.epoch)).rejects.toMatchObject({ code: 'StaleEpoch' });
      await world.settle();
      expect(await router.readiness(endpoint, newer.epoch)).toEqual({ state: 'ready' });
    });

    describe('does what its capabilities say, and refuses the rest before anything moves', () => {
      const exact = { name: 'x-team', match: { kind: 'exact', value: 'risk' } } as const;
      const prefix = { name: 'x-team', match: { kind: 'prefix', value: 'ri' } } as const;
      const regex = { name: 'x-team', match: { kind: 'regex', value: 'ri.k' } } as const;
      test.each<[string, SplitWish, (can: TrafficRouter['capabilities']) => boolean]>([
        ['a sticky key', { stickyKey: 'customer_id' }, ({ sticky }) => sticky],
        ['a header by its value', { headers: [exact] }, ({ headers }) => headers.includes('exact')],
        ['a header by its beginning', { headers: [prefix] }, ({ headers }) => headers.includes('prefix')],
        ['a header by an expression', { headers: [regex] }, ({ headers }) => headers.includes('regex')],
        ['a shadow', { weight: 0, shadow: true }, ({ mirror }) => mirror],
        ['a share of 2.5 %', { weight: 2.5 }, ({ smallestShare }) => smallestShare <= 0.5],
      ])('%s', async (_, wish, can) => {
        const { router, endpoint } = world;
        await router.apply(await world.next({ weight: 5 }));
        const before = await router.current(endpoint);
        const split = await world.next(wish);
        if (can(router.capabilities)) {
          expect(await router.apply(split)).toBe('applied');
          expect((await router.current(endpoint))?.epoch).toBe(split.epoch);
          if (wish.weight === 2.5) expect(await shareOfChallenger()).toBe(2.5);
        } else {
          const refused = router.apply(split);
          await expect(refused).rejects.toMatchObject({ code: 'Unsupported' });
          await expect(refused).rejects.toThrow(/ cannot | routes in steps of /);
          expect(await router.current(endpoint)).toEqual(before);
        }
      });

      test('a sticky key counts only while two versions share the traffic', async () => {
        const split = await world.next({ weight: 0, stickyKey: 'customer_id' });
        expect(routingNeeds(split).stickyKey).toBeNull();
        expect(await world.router.apply(split)).toBe('applied');
      });
    });
  });
}
