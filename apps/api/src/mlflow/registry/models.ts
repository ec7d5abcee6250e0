import { LaurelError } from '@laurel/contracts';
import { type StageRules, stageRulesProblem } from '@laurel/domain';
import { z } from 'zod';
import { includes } from '../../http/roles.js';
import { nameIn } from '../pairs.js';
import type { MlflowCall, MlflowRoute } from '../route.js';
import { descriptionIn, freeTagKeyIn, modelNameIn, newTagsIn, registryTagIn, stageRulesTag } from './arguments.js';
import { actorOf, foundModel } from './found.js';
import { shownModel } from './shown.js';

/** Registered models and their tags. */
export const modelRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: 'mlflow/registered-models/create',
    allow: 'operator',
    answer: async (call) => {
      const { args, ports } = call;
      const registered_model = await ports.modelRegistry.createModel({
        name: modelNameIn(args),
        description: descriptionIn(args),
        tags: newTagsIn(args),
        actor: actorOf(call),
      });
      return { registered_model: shownModel(registered_model) };
    },
  },
  {
    method: 'GET',
    path: 'mlflow/registered-models/get',
    allow: 'viewer',
    answer: async ({ args, ports }) => ({
      registered_model: shownModel(await foundModel(ports.modelRegistry, modelNameIn(args))),
    }),
  },
  {
    method: 'PATCH',
    path: 'mlflow/registered-models/update',
    allow: 'operator',
    answer: async ({ args, ports }) => ({
      registered_model: shownModel(await ports.modelRegistry.describeModel(modelNameIn(args), descriptionIn(args))),
    }),
  },
  {
    method: 'POST',
    path: 'mlflow/registered-models/rename',
    allow: 'operator',
    answer: async (call) => {
      const names = { name: modelNameIn(call.args), newName: modelNameIn(call.args, 'new_name') };
      const model = await call.ports.modelRegistry.renameModel({ ...names, actor: actorOf(call) });
      return { registered_model: shownModel(model) };
    },
  },
  {
    method: 'DELETE',
    path: 'mlflow/registered-models/delete',
    allow: 'operator',
    answer: async (call) => {
      await call.ports.modelRegistry.deleteModel(modelNameIn(call.args), actorOf(call));
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/registered-models/set-tag',
    allow: 'operator',
    answer: async (call) => {
      const { args, ports } = call;
      if (nameIn(args) === stageRulesTag) return setStageRules(call, readStageRules(call));
      await ports.modelRegistry.setModelTag(modelNameIn(args), registryTagIn(args));
      return {};
    },
  },
  {
    method: 'DELETE',
    path: 'mlflow/registered-models/delete-tag',
    allow: 'operator',
    answer: async (call) => {
      const { args, ports } = call;
      if (nameIn(args) === stageRulesTag) return setStageRules(call, null);
      await ports.modelRegistry.deleteModelTag(modelNameIn(args), freeTagKeyIn(args));
      return {};
    },
  },
];

/** The stages of a model are set through a tag, because MLflow's clients have no call for them. */
async function setStageRules(call: MlflowCall, rules: StageRules | null): Promise<object> {
  const { args, ports, caller } = call;
  const model = await foundModel(ports.modelRegistry, modelNameIn(args));
  if (caller === null || !includes(caller.role, 'admin')) {
    throw new LaurelError('Forbidden', `Only an admin sets the tag ${stageRulesTag}; ask one.`);
  }
  if (model.managed) {
    throw new LaurelError(
      'Forbidden',
      `"${model.name}" is a Laurel project, whose stages are its rollouts'; they stay as they are.`,
    );
  }
  await ports.modelRegistry.setStageRules({ name: model.name, rules, actor: actorOf(call) });
  return {};
}

const stageRules = z.strictObject({
  stages: z.array(z.string()),
  moves: z.record(z.string(), z.array(z.string())),
  gated: z.array(z.string()).default([]),
});

function readStageRules({ args }: MlflowCall): StageRules {
  const parsed = stageRules.safeParse(jsonIn(args.text('value') ?? ''));
  const problem = parsed.success ? stageRulesProblem(parsed.data) : 'it is not {"stages":[…],"moves":{…},"gated":[…]}';
  if (!parsed.success || problem !== undefined) throw args.invalid('value', problem ?? 'it is malformed');
  return parsed.data;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
