import { codeVersion, LaurelError, type RolloutActivities } from '@laurel/contracts';
import { frozenUntil, headerRulesOf, shift } from '@laurel/domain';
import { sleep } from '@temporalio/activity';
import { heartbeat } from '../heartbeat.js';
import type { ActivityPorts } from '../ports.js';
import { followLater, followSplit } from './follow-split.js';
import { readingOf } from './promotion-reading.js';

type Ports = Pick<ActivityPorts, 'approvals' | 'events' | 'evidence' | 'registry' | 'rollouts' | 'routers' | 'routing'>;

/** Longest wait for serving processes within one attempt; a process that needs longer gets the next attempt. */
const readinessMilliseconds = 60_000;
const pollMilliseconds = 100;

/** Keyed writes of a rollout; every one may run twice. */
export function rolloutActivities(ports: Ports): RolloutActivities {
  const { routing } = ports;
  return {
    readFence: async ({ endpoint }) => (await routing.find(endpoint))?.fence ?? 0,
    beginRollout: async (input) => {
      const pass = await ports.evidence.gatePass(input.challenger.digest);
      if (pass === undefined) {
        throw new LaurelError(
          'GateFailed',
          `version ${input.challenger.version} of ${input.project} has no stored PASS of its gates, so it cannot be rolled out; see laurel describe version.`,
        );
      }
      const { rollout, before } = await routing.beginRollout(input);
      return { before, champion: rollout.champion, gateEvidenceId: pass.id };
    },
    prepareSplit: async (input) => {
      const rollout = await ports.rollouts.find(`${input.endpoint}/${input.fence}`);
      if (rollout === undefined)
        throw new LaurelError('NotFound', `rollout ${input.endpoint}/${input.fence} was never begun.`);
      const before = (await routing.current(input.endpoint)) ?? null;
      const policy = rollout.plan.policy ?? before?.policy;
      const draft = shift({
        endpoint: input.endpoint,
        champion: rollout.champion,
        challenger: input.challenger,
        weight: input.weight,
        shadowSample: input.shadowSample,
        headers: headerRulesOf(input.headerRoutes ?? [], input.challenger),
        fence: input.fence,
        incarnation: input.fence,
        stickyKey: rollout.plan.stickyKey,
        baseline: rollout.plan.baseline ?? before?.baseline ?? null,
        ...(policy === undefined ? {} : { policy }),
        appliedBy: `rollout ${input.endpoint}/${input.fence}`,
        reason: input.reason,
      });
      const { epoch } = await routing.prepare(draft, input.changeId);
      return { epoch };
    },
    awaitReadiness: async ({ endpoint, epoch }) => {
      const until = Date.now() + readinessMilliseconds;
      for (;;) {
        const { live, acknowledged } = await routing.readiness(endpoint, epoch);
        const missing = live.filter((name) => !acknowledged.includes(name));
        if (live.length > 0 && missing.length === 0) return { processes: live.length };
        if (Date.now() >= until) {
          const who = live.length === 0 ? 'no serving process is alive' : `${missing.join(', ')} did not load it`;
          throw new LaurelError(
            'ModelNotReady',
            `epoch ${epoch} of ${endpoint} is not ready after ${readinessMilliseconds / 1000} s: ${who}; see laurel status and laurel logs serving.`,
          );
        }
        heartbeat({ live: live.length, missing: missing.length });
        await sleep(pollMilliseconds);
      }
    },
    commitSplit: async (input) => followSplit(ports, await routing.commit(input)),
    openAnalysis: (analysis) => routing.openAnalysis(analysis),
    readPromotion: async ({ rollout }) => readingOf(await ports.approvals.standing(rollout)),
    readFreeze: async ({ windows }) => {
      const now = Date.now();
      const until = frozenUntil(windows, new Date(now).toISOString());
      return { thawsIn: until === null ? null : Date.parse(until) - now };
    },
    recordStep: ({ rollout, step }) => ports.rollouts.update(rollout, { step }),
    crownChampion: async (input) => {
      const split = await routing.crown({ ...input, codeVersion });
      await followLater(ports, input.endpoint);
      return split;
    },
    restoreSplit: async (input) => {
      const split = await routing.restore({ ...input, codeVersion });
      await followLater(ports, input.endpoint);
      return split;
    },
    endRollout: (input) => routing.endRollout(input),
    rollBackChampion: async (input) => {
      const champion = await routing.rollBackChampion({ ...input, codeVersion });
      await followLater(ports, input.endpoint);
      return champion;
    },
  };
}
