/** What an alias may be called and who gives it. Data: the rule "may set aliases, but not @champion". */
export interface AliasRules {
  /** Names that already mean something in a model's address. */
  readonly reserved: readonly RegExp[];
  /** Names that say what serves; on a Laurel project only a rollout gives or takes them. */
  readonly ofRollouts: readonly string[];
  /** Names that only a version whose gates passed may carry. */
  readonly gated: readonly string[];
}

export const defaultAliasRules: AliasRules = {
  reserved: [/^v\d+$/i, /^latest$/i],
  ofRollouts: ['champion', 'challenger', 'baseline'],
  gated: ['champion'],
};

/** MLflow's limit, in characters. */
const longestAlias = 255;
/** MLflow's form, in ASCII. */
const aliasForm = /^[\w-]+$/;

/** Why `alias` cannot be an alias. */
export type AliasProblem = 'empty' | 'form' | 'long' | 'reserved';

/** What is wrong with the name of an alias, or `undefined`. */
export function aliasProblem(alias: string, rules: AliasRules = defaultAliasRules): AliasProblem | undefined {
  if (alias === '') return 'empty';
  if (alias.length > longestAlias) return 'long';
  if (!aliasForm.test(alias)) return 'form';
  return rules.reserved.some((form) => form.test(alias)) ? 'reserved' : undefined;
}

/** Who decides about an alias: the caller, the caller for a version that passed its gates, or a rollout. */
export function aliasDecider(
  alias: string,
  { project, rules = defaultAliasRules }: { readonly project: boolean; readonly rules?: AliasRules },
): 'caller' | 'gates' | 'rollout' {
  const name = alias.toLowerCase();
  if (project && rules.ofRollouts.includes(name)) return 'rollout';
  return rules.gated.includes(name) ? 'gates' : 'caller';
}
