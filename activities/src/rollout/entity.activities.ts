import { type EntityActivities, workflowIds } from '@laurel/contracts';
import type { ActivityPorts } from '../ports.js';

/** Asks endpoint entities on behalf of a model's entity. */
export function entityActivities(ports: Pick<ActivityPorts, 'orchestrator' | 'routing'>): EntityActivities {
  return {
    requestRollout: async (request) => {
      const serving = await ports.routing.find(request.endpoint);
      if (serving?.champion?.digest === request.challenger.digest) {
        return { workflowId: workflowIds.endpoint(request.endpoint) };
      }
      return ports.orchestrator.requestPromotion(request);
    },
  };
}
