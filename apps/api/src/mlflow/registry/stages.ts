import { LaurelError } from '@laurel/contracts';
import {
  defaultStageRules,
  judgeMove,
  projectStageRules,
  readReference,
  resolveReference,
  type StageRules,
  stageNamed,
} from '@laurel/domain';
import type { RegisteredModel, RegisteredVersion } from '@laurel/ports';
import type { MlflowCall, MlflowRoute } from '../route.js';
import { keyIn, modelNameIn } from './arguments.js';
import { actorOf, foundModel, foundVersion } from './found.js';
import { rolloutDecides, startPromotion } from './promotion.js';
import { shownVersion } from './shown.js';

/** Stages, and what is found by them: in `models:/name/1.4` the client takes `1.4` for a stage. */
export const stageRoutes: readonly MlflowRoute[] = [
  {
    method: ['POST', 'GET'],
    path: 'mlflow/registered-models/get-latest-versions',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const model = await foundModel(ports.modelRegistry, modelNameIn(args));
      const wanted = args.texts('stages');
      if (wanted.length === 0) return { model_versions: model.latest.map(shownVersion) };
      const rules = rulesOf(model);
      const references = wanted.map((text) => ({ text, reference: readReference(text, rules) }));
      const unknown = references.find(({ reference }) => reference.kind === 'unknown');
      if (unknown !== undefined) throw noSuchStage(unknown.text, rules);
      // The newest version of every stage is at hand already; only numbers are looked for among all.
      const onlyStages = references.every(({ reference }) => reference.kind === 'stage');
      const versions = onlyStages ? model.latest : await ports.modelRegistry.versions(model.name);
      const referable = versions.map((version) => ({ ...version, ready: version.status === 'ready' }));
      const found = references.map(({ reference }) => resolveReference(reference, referable));
      const distinct = new Set(found.filter((version) => version !== undefined));
      return { model_versions: [...distinct].map(shownVersion) };
    },
  },
  { method: 'POST', path: 'mlflow/model-versions/transition-stage', allow: 'operator', answer: moveStage },
];

function rulesOf({ stageRules }: RegisteredModel): StageRules {
  return stageRules ?? defaultStageRules;
}

function noSuchStage(text: string, { stages }: StageRules): LaurelError {
  const shown = text.replaceAll(/\p{Cc}/gu, '').slice(0, 100);
  return new LaurelError(
    'InvalidInput',
    `Invalid Model Version stage: ${shown}. Value must be one of ${stages.join(', ')}, or a semantic version such as 1.4.0, 1.4 or ^1.`,
  );
}

async function moveStage(call: MlflowCall): Promise<object> {
  const { args, ports } = call;
  const key = keyIn(args);
  const model = await foundModel(ports.modelRegistry, key.name);
  const rules = rulesOf(model);
  const wanted = args.demandText('stage');
  const stage = stageNamed(rules, wanted);
  if (stage === undefined) throw noSuchStage(wanted, rules);
  const version = await foundVersion(ports.modelRegistry, key);
  if (model.managed) return moveManaged(call, version, stage);
  return { model_version: shownVersion(await move(call, { version, stage, rules })) };
}

async function moveManaged(call: MlflowCall, version: RegisteredVersion, stage: string): Promise<object> {
  if (stage === version.stage) return { model_version: shownVersion(version) };
  if (stage === 'Production') {
    await startPromotion(call, version);
    return { model_version: shownVersion(await foundVersion(call.ports.modelRegistry, version)) };
  }
  const judged = judgeMove(projectStageRules, { from: version.stage, to: stage, gatesPassed: true });
  if (judged.kind === 'refused')
    throw rolloutDecides(`Stage ${version.stage === 'None' ? stage : version.stage}`, version.name);
  return { model_version: shownVersion(await move(call, { version, stage, rules: projectStageRules })) };
}

async function move(
  call: MlflowCall,
  {
    version,
    stage,
    rules,
  }: { readonly version: RegisteredVersion; readonly stage: string; readonly rules: StageRules },
): Promise<RegisteredVersion> {
  const { name, version: number, stage: from } = version;
  const judged = judgeMove(rules, { from, to: stage, gatesPassed: version.status === 'ready' });
  if (judged.kind === 'refused') {
    const why =
      judged.reason === 'notGated'
        ? `its gates have not passed (${version.statusMessage ?? 'they are at work'})`
        : `from ${from} it may move to ${judged.allowed.join(', ') || 'no other stage'}`;
    throw new LaurelError('Forbidden', `Version ${number} of "${name}" may not move to ${stage}: ${why}.`);
  }
  const archiveOthers = archiveFor(call, { stage, rules });
  return call.ports.modelRegistry.moveStage(version, { from, to: stage, archiveOthers, actor: actorOf(call) });
}

/** Where the other versions of the stage go; only the stages that need gates push others out. */
function archiveFor(
  { args }: MlflowCall,
  { stage, rules }: { readonly stage: string; readonly rules: StageRules },
): string | null {
  if (args.flag('archive_existing_versions') !== true) return null;
  if (!rules.gated.includes(stage)) {
    throw args.invalid(
      'archive_existing_versions',
      `'${stage}' is not an Active stage; valid stages are ${rules.gated.join(', ')}`,
    );
  }
  return stageNamed(rules, 'Archived') ?? rules.stages.at(-1) ?? null;
}
