import {
  aliasDecider,
  aliasProblem,
  defaultStageRules,
  judgeMove,
  projectStageRules,
  stageNamed,
  stageRulesProblem,
} from '@laurel/domain';

const passed = { gatesPassed: true };

test('the default leads from None over Staging to Production and into the archive', () => {
  const path = ['None', 'Staging', 'Production', 'Archived'] as const;
  for (const [from, to] of [
    [0, 1],
    [1, 2],
    [2, 3],
    [0, 2],
  ] as const) {
    expect(judgeMove(defaultStageRules, { from: path[from], to: path[to], ...passed })).toEqual({ kind: 'allowed' });
  }
});

test('what was archived comes back through Staging only', () => {
  expect(judgeMove(defaultStageRules, { from: 'Archived', to: 'Production', ...passed })).toEqual({
    kind: 'refused',
    reason: 'notAllowed',
    allowed: ['None', 'Staging'],
  });
  expect(judgeMove(defaultStageRules, { from: 'Archived', to: 'Staging', ...passed }).kind).toBe('allowed');
});

test.each(['Staging', 'Production'])('no version whose gates have not passed reaches %s', (to) => {
  expect(judgeMove(defaultStageRules, { from: 'None', to, gatesPassed: false })).toEqual({
    kind: 'refused',
    reason: 'notGated',
  });
});

test('by hand, a version of a project can be archived and brought back, and nothing else', () => {
  const allowed = projectStageRules.stages.flatMap((from) =>
    projectStageRules.stages
      .filter((to) => to !== from && judgeMove(projectStageRules, { from, to, ...passed }).kind === 'allowed')
      .map((to) => `${from} → ${to}`),
  );
  expect(allowed).toEqual(['None → Archived', 'Archived → None']);
});

test('stages are found in any case and spelled as the rules spell them', () => {
  expect(stageNamed(defaultStageRules, 'pRODUCTION')).toBe('Production');
  expect(stageNamed(defaultStageRules, 'QA')).toBeUndefined();
});

test('a model may bring its own stages', () => {
  const rules = {
    stages: ['None', 'QA', 'Live'],
    moves: { None: ['QA'], QA: ['Live', 'None'], Live: ['QA'] },
    gated: ['Live'],
  };
  expect(stageRulesProblem(rules)).toBeUndefined();
  expect(judgeMove(rules, { from: 'None', to: 'Live', ...passed })).toMatchObject({ allowed: ['QA'] });
});

test.each([
  [{ stages: [], moves: {}, gated: [] }, 'there must be 1 to 32 stages'],
  [{ stages: ['1'], moves: {}, gated: [] }, '"1" cannot name a stage'],
  [{ stages: ['v2'], moves: {}, gated: [] }, '"v2" cannot name a stage'],
  [{ stages: ['latest'], moves: {}, gated: [] }, '"latest" cannot name a stage'],
  [{ stages: ['../x'], moves: {}, gated: [] }, '"../x" cannot name a stage'],
  [{ stages: ['A', 'a'], moves: {}, gated: [] }, 'a stage is named twice'],
  [{ stages: ['A'], moves: { A: ['B'] }, gated: [] }, '"B" is not one of the stages'],
])('stage rules are refused that say %j', (rules, problem) => {
  expect(stageRulesProblem(rules)).toBe(problem);
});

test.each([
  ['', 'empty'],
  ['1.4.0', 'form'],
  ['a/b', 'form'],
  ['champión', 'form'],
  ['a'.repeat(256), 'long'],
  ['v1', 'reserved'],
  ['V12', 'reserved'],
  ['Latest', 'reserved'],
  ['champion', undefined],
  ['v1-candidate', undefined],
])('the alias %j is judged %s', (alias, problem) => {
  expect(aliasProblem(alias)).toBe(problem);
});

test('on a project the aliases of rollouts are a rollout’s, whatever their case; on other models champion needs the gates', () => {
  expect(
    ['champion', 'Champion', 'challenger', 'baseline'].map((alias) => aliasDecider(alias, { project: true })),
  ).toEqual(['rollout', 'rollout', 'rollout', 'rollout']);
  expect(aliasDecider('blue', { project: true })).toBe('caller');
  expect(aliasDecider('champion', { project: false })).toBe('gates');
  expect(aliasDecider('challenger', { project: false })).toBe('caller');
});
