import { LaurelError, type TriggerActivities } from '@laurel/contracts';
import type { StoredProject } from '@laurel/ports';
import { withSource } from '../data/source.js';
import { digestOf } from '../digest.js';
import type { ActivityPorts } from '../ports.js';

type Ports = Pick<ActivityPorts, 'orchestrator' | 'projects' | 'sources' | 'triggers'>;

/** What schedules ask: is a training due, and if so, fire its trigger once. */
export function triggerActivities(ports: Ports): TriggerActivities {
  return {
    fireIfDue: async (input) => {
      const stored = await ports.projects.find(input.project);
      if (stored === undefined)
        throw new LaurelError(
          'NotFound',
          `there is no project ${input.project}; its schedule will go with the next apply.`,
        );
      const key =
        input.kind === 'schedule'
          ? `${input.schedule}/${input.firedAt}`
          : `newData/${input.project}/${await withSource(ports, modelOf(stored), async ({ digest }) => digest)}`;
      const runId = digestOf(key).slice('sha256:'.length, 'sha256:'.length + 32);
      const { inserted, record } = await ports.triggers.insert({
        key,
        project: input.project,
        kind: input.kind,
        runId,
      });
      if (inserted) {
        const { kind, schedule } = input;
        await ports.orchestrator.fireTrigger(input.project, {
          key,
          kind,
          runId: record.runId,
          from: null,
          requestedBy: schedule,
          rollOut: true,
        });
      }
      return { fired: inserted, key: inserted ? key : null };
    },
  };
}

function modelOf({ project, folder }: StoredProject) {
  return { model: project, folder };
}
