import { LaurelError } from '@laurel/contracts';
import { type ArtifactOwner, type ModelSource, parseModelSource } from '@laurel/domain';
import type { Arguments } from '../arguments.js';
import type { MlflowCall, MlflowRoute } from '../route.js';
import { descriptionIn, freeTagKeyIn, keyIn, modelNameIn, newTagsIn, registryTagIn } from './arguments.js';
import { downloadUri } from './content.js';
import { actorOf, foundVersion } from './found.js';
import { shownVersion } from './shown.js';

/** Versions and their tags. */
export const versionRoutes: readonly MlflowRoute[] = [
  { method: 'POST', path: 'mlflow/model-versions/create', allow: 'operator', answer: createVersion },
  {
    method: 'GET',
    path: 'mlflow/model-versions/get',
    allow: 'viewer',
    answer: async ({ args, ports }) => ({
      model_version: shownVersion(await foundVersion(ports.modelRegistry, keyIn(args))),
    }),
  },
  {
    method: 'PATCH',
    path: 'mlflow/model-versions/update',
    allow: 'operator',
    answer: async ({ args, ports }) => ({
      model_version: shownVersion(await ports.modelRegistry.describeVersion(keyIn(args), descriptionIn(args))),
    }),
  },
  {
    method: 'DELETE',
    path: 'mlflow/model-versions/delete',
    allow: 'operator',
    answer: async (call) => {
      await call.ports.modelRegistry.deleteVersion(keyIn(call.args), actorOf(call));
      return {};
    },
  },
  {
    method: 'GET',
    path: 'mlflow/model-versions/get-download-uri',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const version = await foundVersion(ports.modelRegistry, keyIn(args));
      return { artifact_uri: await downloadUri(ports, version) };
    },
  },
  {
    method: 'POST',
    path: 'mlflow/model-versions/set-tag',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.modelRegistry.setVersionTag(keyIn(args), registryTagIn(args));
      return {};
    },
  },
  {
    method: 'DELETE',
    path: 'mlflow/model-versions/delete-tag',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.modelRegistry.deleteVersionTag(keyIn(args), freeTagKeyIn(args));
      return {};
    },
  },
];

/** Answers at once; the gates work behind it, and the client waits for them by itself. */
async function createVersion(call: MlflowCall): Promise<object> {
  const { args, ports } = call;
  const source = args.demandText('source');
  const origin = await withRunOfModel(call, originOf(args, sourceIn(args, source)));
  const version = await ports.modelRegistry.createVersion({
    name: modelNameIn(args),
    source,
    runId: origin.runId,
    runLink: args.text('run_link') || null,
    modelId: origin.modelId,
    description: descriptionIn(args),
    tags: newTagsIn(args),
    actor: actorOf(call),
  });
  void startGates(call, version);
  return { model_version: shownVersion(version) };
}

/** Without Temporal the version waits; the reconciler starts its gates as soon as there is one. */
async function startGates(
  { ports }: MlflowCall,
  { name, version }: { readonly name: string; readonly version: number },
): Promise<void> {
  try {
    await ports.orchestrator.startRegistration({ name, version });
  } catch (error) {
    ports.logger.warn({ err: error, model: name, version }, 'The gates of a version could not be started yet');
  }
}

function sourceIn(args: Arguments, uri: string): ModelSource {
  const parsed = parseModelSource(uri);
  if (parsed.ok) return parsed.source;
  const shown = uri.replaceAll(/[\p{Cc}\p{Cs}]/gu, '').slice(0, 200);
  throw new LaurelError(
    'InvalidInput',
    `Invalid model version source: '${shown}': ${parsed.problem}. Laurel takes runs:/, models:/ and mlflow-artifacts:/ of its own store.`,
  );
}

/** The run and the logged model that the source names; what the caller says besides must agree with it. */
function originOf(
  args: Arguments,
  source: ModelSource,
): { readonly runId: string | null; readonly modelId: string | null } {
  const said = { run: args.text('run_id') || null, model: args.text('model_id') || null };
  const owner = source.kind === 'artifacts' ? source.place.owner : undefined;
  const run = source.kind === 'run' ? source.runId : idOf(owner, 'run');
  const model = source.kind === 'loggedModel' ? source.modelId : idOf(owner, 'loggedModel');
  if (run !== null && said.run !== null && said.run !== run) throw disagreement('run_id');
  if (model !== null && said.model !== null && said.model !== model) throw disagreement('model_id');
  return { runId: run ?? said.run, modelId: model ?? said.model };
}

/** A logged model knows which run made it. */
async function withRunOfModel<Origin extends { readonly runId: string | null; readonly modelId: string | null }>(
  { ports }: MlflowCall,
  origin: Origin,
): Promise<Origin> {
  if (origin.runId !== null || origin.modelId === null) return origin;
  const model = await ports.loggedModels.findModel(origin.modelId, { deleted: false });
  return { ...origin, runId: model?.sourceRunId || null };
}

function idOf(owner: ArtifactOwner | undefined, kind: ArtifactOwner['kind']): string | null {
  return owner?.kind === kind ? owner.id : null;
}

function disagreement(argument: string): LaurelError {
  return new LaurelError(
    'InvalidInput',
    `Invalid model version source: it contradicts the request parameter '${argument}'; leave one of them out.`,
  );
}
