import { LaurelError } from '@laurel/contracts';
import { type ArtifactPlace, artifactPlace, checkArtifactPath } from '@laurel/domain';
import type { ArtifactOwnerKey } from '@laurel/ports';
import type { ApiPorts } from '../../ports.js';
import { demandOwnRun } from '../access.js';
import type { MlflowCall } from '../route.js';

/** A checked path. Error: `InvalidInput`; the path itself is not repeated, because it may hold anything. */
export function safePath(text: string): string {
  const checked = checkArtifactPath(text);
  if (checked.ok) return checked.path;
  throw new LaurelError('InvalidInput', `Invalid path: ${checked.problem}.`);
}

/** Where in the artifact store `path` lies; `undefined` for what belongs to nobody. Error: `InvalidInput`. */
export function placeAt(path: string): ArtifactPlace | undefined {
  return artifactPlace(safePath(path).split('/'));
}

/** Error: `InvalidInput` for what belongs to nobody, or to something whose content is fixed. */
export async function writablePlace(
  { ports, caller }: Pick<MlflowCall, 'caller' | 'ports'>,
  path: string,
): Promise<{ readonly owner: ArtifactOwnerKey; readonly path: string }> {
  const place = placeAt(path);
  if (place === undefined) {
    throw new LaurelError(
      'InvalidInput',
      'Invalid path: it lies in no run and in no logged model; start from their artifact_uri.',
    );
  }
  const { owner } = place;
  if (owner.kind === 'version' || owner.kind === 'package') {
    throw new LaurelError(
      'Forbidden',
      'The content of a registered version never changes; log a new model and register that.',
    );
  }
  demandOwnRun(caller, await runOf(ports, owner));
  return { owner: { kind: owner.kind, id: owner.id }, path: place.path };
}

/** The run of an owner, which must be there, alive, and in the experiment that the path names. Error: `NotFound`. */
async function runOf(
  { loggedModels, tracking }: ApiPorts,
  owner: Extract<ArtifactPlace['owner'], { readonly experimentId: string }>,
): Promise<string> {
  if (owner.kind === 'run') {
    const run = await tracking.findRun(owner.id);
    if (run?.info.experimentId !== owner.experimentId) throw noOwner(`Run with id=${owner.id}`);
    if (run.info.lifecycleStage === 'deleted') throw noOwner(`Active run with id=${owner.id}`);
    return run.info.runId;
  }
  const model = await loggedModels.findModel(owner.id, { deleted: false });
  if (model?.experimentId !== owner.experimentId) throw noOwner(`Logged model with ID '${owner.id}'`);
  return model.sourceRunId;
}

function noOwner(what: string): LaurelError {
  return new LaurelError('NotFound', `${what} not found`);
}
