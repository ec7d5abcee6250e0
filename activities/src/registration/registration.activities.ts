import type { ContentActivities, RegistrationActivities, RegistrationOutcome } from '@laurel/contracts';
import { nextRegisteredSemver, type RegisteredInterface } from '@laurel/domain';
import type { NumberedVersion, RegistrationEnd } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';
import { type CheckPorts, checkContent } from './check-content.js';
import { type PinPorts, pinContent } from './pin-content.js';

/** The quick ends of a registration. */
export function registrationActivities(ports: PinPorts & Pick<ActivityPorts, 'modelRegistry'>): RegistrationActivities {
  return {
    pinContent: (key) => pinContent(ports, key),
    concludeRegistration: async ({ name, version, outcome }) => {
      await ports.modelRegistry.concludeVersion({ name, version }, (previous) => endOf(outcome, previous));
    },
  };
}

/** What reads whole files. */
export function contentActivities(ports: CheckPorts): ContentActivities {
  return { checkContent: ({ content }) => checkContent(ports, content) };
}

function endOf(outcome: RegistrationOutcome, previous: NumberedVersion | undefined): RegistrationEnd {
  if (outcome.kind === 'failed') return { status: 'failed', message: outcome.message };
  const { content, checked, message } = outcome;
  const { flavor, inputs, outputs } = checked;
  const semver = nextRegisteredSemver(
    previous && { semver: previous.semver, flavor: previous.flavor, ...interfaceOf(previous.signature) },
    checked,
  );
  return { status: 'ready', message, semver, digest: content.digest, flavor, signature: { inputs, outputs } };
}

/** Stored by a former version of Laurel, or by none: a signature of nothing. */
function interfaceOf(stored: unknown): RegisteredInterface {
  return (stored as RegisteredInterface | null) ?? { inputs: [], outputs: [] };
}
