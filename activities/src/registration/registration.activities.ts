import type { ContentActivities, RegistrationActivities, RegistrationOutcome } from '@laurel/contracts';
import { nextRegisteredSemver, type RegisteredInterface } from '@laurel/domain';
import type { NumberedVersion, RegistrationEnd } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';
import { type CheckPorts, checkContent } from './check-content.js';
import { type PinPorts, pinContent } from './pin-content.js';
import { type PlacePorts, placeModel } from './place-model.js';

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
export function contentActivities(ports: CheckPorts & PlacePorts): ContentActivities {
  return {
    checkContent: ({ content }) => checkContent(ports, content),
    placeModel: (input) => placeModel(ports, input),
  };
}

function endOf(outcome: RegistrationOutcome, previous: NumberedVersion | undefined): RegistrationEnd {
  if (outcome.kind === 'failed') return { status: 'failed', message: outcome.message };
  const { content, checked, message, packaged } = outcome;
  const { flavor, inputs, outputs } = checked;
  const semver =
    packaged?.semver ??
    nextRegisteredSemver(
      previous && { semver: previous.semver, flavor: previous.flavor, ...interfaceOf(previous.signature) },
      checked,
    );
  const digest = packaged?.digest ?? content.digest;
  return { status: 'ready', message, semver, digest, flavor, signature: { inputs, outputs } };
}

/** Stored by a former version of Laurel, or by none: a signature of nothing. */
function interfaceOf(stored: unknown): RegisteredInterface {
  return (stored as RegisteredInterface | null) ?? { inputs: [], outputs: [] };
}
