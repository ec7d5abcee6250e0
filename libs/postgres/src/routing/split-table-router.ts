import { LaurelError } from '@laurel/contracts';
import { routerCapabilities, routerProblems, routingNeeds, type Split } from '@laurel/domain';
import type { Routing, TrafficRouter } from '@laurel/ports';

/** The built-in router: the committed split itself, which serving processes pull and obey. */
export function createSplitTableRouter(routing: Routing): TrafficRouter {
  return {
    kind: 'splitTable',
    capabilities: routerCapabilities.splitTable,
    apply: async (split) => {
      refuseUnsupported(split);
      const { endpoint, epoch, fence } = split;
      const before = await routing.current(endpoint);
      await routing.commit({ endpoint, epoch, fence });
      return before?.epoch === epoch ? 'unchanged' : 'applied';
    },
    readiness: async (endpoint, epoch) => {
      const current = await routing.current(endpoint);
      if (current !== undefined && current.epoch > epoch) throw staleEpoch(current, epoch);
      if (current?.epoch !== epoch) return { state: 'waiting', why: `epoch ${epoch} is not committed` };
      const { live, acknowledged } = await routing.readiness(endpoint, epoch);
      const missing = live.filter((process) => !acknowledged.includes(process));
      if (live.length === 0) return { state: 'waiting', why: 'no serving process is alive' };
      return missing.length === 0
        ? { state: 'ready' }
        : { state: 'waiting', why: `${missing.join(', ')} did not load it` };
    },
    current: async (endpoint) => {
      const split = await routing.current(endpoint);
      if (split === undefined) return undefined;
      const { epoch, fence, arms } = split;
      return { epoch, fence, weights: arms.map(({ version, weight }) => ({ version, weight })) };
    },
    remove: async (endpoint) => {
      throw new LaurelError(
        'Unsupported',
        `the split table keeps endpoint ${endpoint} with its history; roll out another version instead.`,
      );
    },
  };
}

function refuseUnsupported(split: Split): void {
  const problems = routerProblems(routingNeeds(split), 'splitTable');
  if (problems.length > 0) {
    throw new LaurelError('Unsupported', `epoch ${split.epoch} of ${split.endpoint}: ${problems.join('; ')}.`);
  }
}

function staleEpoch({ endpoint, epoch }: Split, asked: number): LaurelError {
  return new LaurelError(
    'StaleEpoch',
    `Endpoint ${endpoint} routes by epoch ${epoch} already, not ${asked}; read it again.`,
  );
}
