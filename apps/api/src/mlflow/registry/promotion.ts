import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { RegisteredVersion } from '@laurel/ports';
import { Challengers } from '../../rollouts/challengers.js';
import { RolloutStartsService } from '../../rollouts/rollout-starts.service.js';
import { ServedProjects } from '../../rollouts/served-projects.js';
import type { MlflowCall } from '../route.js';
import { actorOf } from './found.js';

/**
 * Asks for what `@champion` and Production mean on a Laurel project: a rollout, which gives both when its evidence says so.
 * Error: `Forbidden` with what to do.
 */
export async function startPromotion(call: MlflowCall, version: RegisteredVersion): Promise<void> {
  const { name, version: number } = version;
  if (version.aliases.includes('champion')) return;
  if (!version.packaged) {
    const why = version.statusMessage ?? 'it has no package that Laurel evaluated';
    throw new LaurelError(
      'Forbidden',
      `Version ${number} of "${name}" cannot be promoted: ${why}; train it with laurel train ${name}.`,
    );
  }
  const { ports } = call;
  const project = await ports.projects.find(name);
  if (project === undefined)
    throw new LaurelError('Forbidden', `There is no project "${name}" any more; apply its laurel.yaml.`);
  const starts = new RolloutStartsService(
    new ServedProjects(ports.projects, ports.routing),
    new Challengers(ports.registry, ports.webhooks),
    ports.orchestrator,
    ports.audit,
  );
  try {
    await starts.start(project.project.spec.serving.endpoint, number, actorOf(call));
  } catch (error) {
    if (isLaurelError(error) && policySays.has(error.code))
      throw new LaurelError('Forbidden', error.message, { cause: error });
    throw error;
  }
}

/** What a rollout is refused for, which to MLflow's clients is a permission. */
const policySays: ReadonlySet<string> = new Set(['GateFailed', 'RolloutInProgress', 'ApprovalRequired', 'Conflict']);

/** Error: `Forbidden`; for what only a rollout gives or takes. */
export function rolloutDecides(what: string, name: string): LaurelError {
  return new LaurelError(
    'Forbidden',
    `${what} of the Laurel project "${name}" is given and taken by rollouts; start one with laurel rollout start ${name}.`,
  );
}
