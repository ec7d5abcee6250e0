import { aliasProblem, modelNameProblem } from '@laurel/domain';
import type { RegistryTag } from '@laurel/ports';
import type { Arguments } from '../arguments.js';
import { limited, nameIn } from '../pairs.js';

/** Characters; MLflow's limit of a tag in the registry. */
const longestTagValue = 100_000;
/** Characters; MLflow stores it in a text column of this size. */
const longestDescription = 5_000;
/** Tags that Laurel writes itself. */
const reservedTag = /^laurel\./i;

/** Tags of the registry that say what stages a model has; only an admin sets it. */
export const stageRulesTag = 'laurel.stageRules';

export function modelNameIn(args: Arguments, argument = 'name'): string {
  const name = args.demandText(argument);
  const problem = modelNameProblem(name);
  if (problem !== undefined) throw args.invalid(argument, problem);
  return name;
}

/** A whole number above zero, as a number or a text. */
function versionIn(args: Arguments): number {
  const version = args.raw('version');
  const number = typeof version === 'number' ? version : Number(args.demandText('version'));
  if (!Number.isInteger(number) || number < 1 || number > 2_147_483_647) {
    throw args.invalid('version', 'a version is a whole number above 0');
  }
  return number;
}

export const keyIn = (args: Arguments) => ({ name: modelNameIn(args), version: versionIn(args) });

export function registryTagIn(args: Arguments): RegistryTag {
  return { key: freeTagKeyIn(args), value: limited(args, 'value', longestTagValue, args.text('value') ?? '') };
}

/** Tags of something new. Laurel's own are passed over: the client sends them along when it copies a version. */
export function newTagsIn(args: Arguments): readonly RegistryTag[] {
  return args
    .messages('tags')
    .filter((tag) => !reservedTag.test(tag.text('key') ?? ''))
    .map(registryTagIn);
}

export function freeTagKeyIn(args: Arguments): string {
  const key = nameIn(args);
  if (reservedTag.test(key)) throw args.invalid('key', 'tags that begin with "laurel." are written by Laurel');
  return key;
}

/** `null` where none is given. */
export function descriptionIn(args: Arguments): string | null {
  return limited(args, 'description', longestDescription, args.text('description') ?? null);
}

const aliasProblems = {
  empty: 'an alias cannot be empty',
  form: 'an alias holds letters, digits, underscores and dashes only',
  long: 'an alias has at most 255 characters',
  reserved: "'latest' and 'v' with a number are reserved",
} as const;

export function aliasIn(args: Arguments): string {
  const alias = args.demandText('alias');
  const problem = aliasProblem(alias);
  if (problem !== undefined) throw args.invalid('alias', aliasProblems[problem]);
  return alias;
}
