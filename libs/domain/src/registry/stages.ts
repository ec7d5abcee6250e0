/** The stages of a model's versions and which moves between them are allowed. Data: a model may bring its own. */
export interface StageRules {
  /** In the order of a version's life; the first is where a version starts. */
  readonly stages: readonly string[];
  /** From a stage to those that may follow it; a stage without an entry is an end. */
  readonly moves: { readonly [stage: string]: readonly string[] };
  /** Stages into which only versions whose gates passed may move. */
  readonly gated: readonly string[];
}

/** None, Staging, Production, Archived. What was archived comes back through Staging, so that it is looked at again. */
export const defaultStageRules: StageRules = {
  stages: ['None', 'Staging', 'Production', 'Archived'],
  moves: {
    None: ['Staging', 'Production', 'Archived'],
    Staging: ['None', 'Production', 'Archived'],
    Production: ['Staging', 'Archived'],
    Archived: ['None', 'Staging'],
  },
  gated: ['Staging', 'Production'],
};

/** The stages that a version of a Laurel project may be moved to by hand; the others are a rollout's to give. */
export const projectStageRules: StageRules = {
  stages: defaultStageRules.stages,
  moves: { None: ['Archived'], Archived: ['None'], Staging: [], Production: [] },
  gated: defaultStageRules.gated,
};

/** The stage as the rules spell it, whatever the case of `text`; `undefined` where there is none of that name. */
export function stageNamed(rules: StageRules, text: string): string | undefined {
  return rules.stages.find((stage) => stage.toLowerCase() === text.toLowerCase());
}

export type StageMove =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'refused'; readonly reason: 'notAllowed'; readonly allowed: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: 'notGated' };

/** Decides a move. Staying where one is is always allowed. */
export function judgeMove(
  rules: StageRules,
  move: { readonly from: string; readonly to: string; readonly gatesPassed: boolean },
): StageMove {
  if (move.from === move.to) return { kind: 'allowed' };
  const allowed = rules.moves[move.from] ?? [];
  if (!allowed.includes(move.to)) return { kind: 'refused', reason: 'notAllowed', allowed };
  if (rules.gated.includes(move.to) && !move.gatesPassed) return { kind: 'refused', reason: 'notGated' };
  return { kind: 'allowed' };
}

/** Longest name of a stage, in characters, and most stages of a model. */
const longestStage = 64;
const mostStages = 32;
const stageForm = /^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u;

/** What is wrong with rules that came from outside, as a clause without a full stop; `undefined` when nothing is. */
export function stageRulesProblem(rules: StageRules): string | undefined {
  const { stages, moves, gated } = rules;
  if (stages.length === 0 || stages.length > mostStages) return `there must be 1 to ${mostStages} stages`;
  const wrong = stages.find(
    (stage) => stage.length > longestStage || !stageForm.test(stage) || looksLikeVersion(stage),
  );
  if (wrong !== undefined) return `"${wrong.slice(0, longestStage)}" cannot name a stage`;
  if (new Set(stages.map((stage) => stage.toLowerCase())).size !== stages.length) return 'a stage is named twice';
  const named = [...Object.keys(moves), ...Object.values(moves).flat(), ...gated];
  const unknown = named.find((stage) => !stages.includes(stage));
  return unknown === undefined ? undefined : `"${unknown.slice(0, longestStage)}" is not one of the stages`;
}

/** Such a name would be read as a version in `models:/name/suffix`. */
function looksLikeVersion(stage: string): boolean {
  return /^v?\d+$/i.test(stage) || stage.toLowerCase() === 'latest';
}
