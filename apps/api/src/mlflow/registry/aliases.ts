import { LaurelError } from '@laurel/contracts';
import { aliasDecider } from '@laurel/domain';
import type { MlflowRoute } from '../route.js';
import { aliasIn, keyIn, modelNameIn } from './arguments.js';
import { actorOf, foundModel, foundVersion } from './found.js';
import { rolloutDecides, startPromotion } from './promotion.js';
import { shownVersion } from './shown.js';

const path = 'mlflow/registered-models/alias';

/** Aliases: anybody who may write sets them, but what serves is decided elsewhere. */
export const aliasRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path,
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const name = modelNameIn(args);
      const alias = args.demandText('alias');
      const model = await foundModel(ports.modelRegistry, name);
      if (alias.toLowerCase() === 'latest') {
        const newest = model.latest.toSorted((one, other) => other.version - one.version)[0];
        if (newest === undefined) throw new LaurelError('NotFound', `Latest version not found for model ${name}.`);
        return { model_version: shownVersion(newest) };
      }
      const version = await ports.modelRegistry.findVersionByAlias(name, alias);
      if (version !== undefined) return { model_version: shownVersion(version) };
      throw new LaurelError('InvalidInput', `Registered model alias ${alias.slice(0, 255)} not found.`);
    },
  },
  {
    method: 'POST',
    path,
    allow: 'operator',
    answer: async (call) => {
      const { args, ports } = call;
      const key = keyIn(args);
      const alias = aliasIn(args);
      const version = await foundVersion(ports.modelRegistry, key);
      const decider = aliasDecider(alias, { project: version.managed });
      if (decider === 'rollout') {
        if (alias !== 'champion') throw rolloutDecides(`The alias ${alias}`, key.name);
        await startPromotion(call, version);
        return {};
      }
      if (decider === 'gates' && version.status !== 'ready') {
        const why = version.statusMessage ?? 'they are at work';
        throw new LaurelError(
          'Forbidden',
          `Version ${key.version} of "${key.name}" cannot be ${alias}: its gates have not passed (${why}).`,
        );
      }
      await ports.modelRegistry.setAlias(key, alias, actorOf(call));
      return {};
    },
  },
  {
    method: 'DELETE',
    path,
    allow: 'operator',
    answer: async (call) => {
      const { args, ports } = call;
      const name = modelNameIn(args);
      const alias = aliasIn(args);
      const { managed } = await foundModel(ports.modelRegistry, name);
      if (aliasDecider(alias, { project: managed }) === 'rollout') throw rolloutDecides(`The alias ${alias}`, name);
      await ports.modelRegistry.deleteAlias(name, alias, actorOf(call));
      return {};
    },
  },
];
