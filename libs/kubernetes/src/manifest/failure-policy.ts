import type { V1PodFailurePolicy } from '@kubernetes/client-node';
import { finalExits } from '@laurel/contracts';
import { trainerContainer } from '../names.js';

/**
 * What a pod's end means to the Job controller, first match first: a machine that was taken counts for nothing, the
 * trainer's own "do not retry" ends the Job, everything else uses up the budget. The condition's reason cannot be matched,
 * and a kill for memory does not carry the condition, so the launcher still reads the pods.
 */
export const podFailurePolicy: V1PodFailurePolicy = {
  rules: [
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    {
      action: 'FailJob',
      onExitCodes: { containerName: trainerContainer, operator: 'In', values: [...finalExits] },
    },
    { action: 'Count', onExitCodes: { containerName: trainerContainer, operator: 'NotIn', values: [0] } },
  ],
};

/**
 * None, because Laurel counts attempts itself: it knows preemption from failure, moves from spot to on-demand capacity
 * and waits between attempts, which the Job controller's budget cannot express.
 */
export const backoffLimit = 0;
