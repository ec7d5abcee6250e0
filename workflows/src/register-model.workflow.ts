import type { RegistrationKey, RegistrationOutcome } from '@laurel/contracts';
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { checkingContent, registering } from './activity-proxies.js';
import { codedFailure } from './failures.js';

/**
 * The gates behind a version that a client of MLflow registered: its content is copied for good, then judged. Either ends
 * it; a version never waits for ever, also when the workflow is cancelled.
 */
export async function registerModel(key: RegistrationKey): Promise<RegistrationOutcome> {
  const conclude = async (outcome: RegistrationOutcome) => {
    await CancellationScope.nonCancellable(() => registering.concludeRegistration({ ...key, outcome }));
    return outcome;
  };
  try {
    return await conclude(await judge(key));
  } catch (error) {
    if (isCancellation(error)) {
      await conclude({ kind: 'failed', message: 'The registration was cancelled; register the model again.' });
      throw error;
    }
    const failure = codedFailure(error);
    if (failure === undefined) throw error;
    return conclude({ kind: 'failed', message: `${failure.code}: ${failure.message}` });
  }
}

async function judge(key: RegistrationKey): Promise<RegistrationOutcome> {
  const content = await registering.pinContent(key);
  const checked = await checkingContent.checkContent({ ...key, content });
  return { kind: 'ready', content, checked, message: null };
}
