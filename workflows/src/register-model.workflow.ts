import type { RegisterModel, RegistrationOutcome } from '@laurel/contracts';
import { CancellationScope, ContinueAsNew, continueAsNew, isCancellation } from '@temporalio/workflow';
import { checkingContent, registering } from './activity-proxies.js';
import { codedFailure } from './failures.js';
import { convertModel } from './registration/convert-model.js';

/**
 * The gates behind a version that a client of MLflow registered: its content is copied for good, then judged, and under the
 * name of a project made a version of it. Every end is told, so a version never waits for ever.
 */
export async function registerModel(input: RegisterModel): Promise<RegistrationOutcome> {
  const { name, version } = input;
  const conclude = async (outcome: RegistrationOutcome) => {
    await CancellationScope.nonCancellable(() => registering.concludeRegistration({ name, version, outcome }));
    return outcome;
  };
  try {
    return await conclude(await judge(input));
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (isCancellation(error)) {
      await conclude({ kind: 'failed', message: 'The registration was cancelled; register the model again.' });
      throw error;
    }
    const failure = codedFailure(error);
    if (failure === undefined) throw error;
    return conclude({ kind: 'failed', message: `${failure.code}: ${failure.message}` });
  }
}

async function judge(input: RegisterModel): Promise<RegistrationOutcome> {
  const key = { name: input.name, version: input.version };
  const content = await registering.pinContent(key);
  const checked = await checkingContent.checkContent({ ...key, content });
  if (!content.managed) return { kind: 'ready', content, checked, packaged: null, message: null };
  const rollOver = (carried: NonNullable<RegisterModel['carried']>) =>
    continueAsNew<typeof registerModel>({ ...key, carried });
  return { kind: 'ready', content, checked, ...(await convertModel(input, { content, checked }, rollOver)) };
}
