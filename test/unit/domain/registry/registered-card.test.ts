import { cardMarkdown, type RegisteredFacts, registeredCard } from '@laurel/domain';

const facts: RegisteredFacts = {
  model: { name: 'Credit scoring', description: 'Ranks applications', tags: [{ key: 'team', value: 'risk' }] },
  version: {
    version: 2,
    semver: '1.1.0',
    digest: `sha256:${'a'.repeat(64)}`,
    source: 'models:/m-1',
    description: 'Trained on the spring data',
    userId: 'ann',
    status: 'ready',
    statusMessage: null,
    stage: 'Staging',
    aliases: ['best'],
    tags: [],
    createdAt: '2026-01-31T09:00:00.000Z',
    runId: '1'.repeat(32),
  },
  run: {
    info: { runId: '1'.repeat(32), name: 'spring', userId: 'ann', status: 'FINISHED' },
    params: [{ key: 'max_depth', value: '4' }],
    tags: [
      { key: 'mlflow.source.git.commit', value: 'c0ffee' },
      { key: 'mlflow.runName', value: 'spring' },
    ],
    metrics: [
      { key: 'auc', value: 0.91, step: 3 },
      { key: 'loss', value: Number.NaN, step: 3 },
    ],
    datasets: [{ dataset: { name: 'applications', digest: 'd1', sourceType: 'local' } }],
  },
};

test('what a client recorded is in the card, section by section', () => {
  const text = cardMarkdown(registeredCard(facts));
  expect(text).toContain('# Model Card for Credit scoring 1.1.0');
  for (const part of [
    'Trained on the spring data',
    'Ranks applications',
    '| team | risk |',
    '**Aliases:** best',
    '| applications | d1 | local |',
    '| max_depth | 4 |',
    '| mlflow.source.git.commit | c0ffee |',
    '| auc | 0.91 | 3 |',
    '| loss | NaN | 3 |',
    'Laurel has not measured them',
  ]) {
    expect(text).toContain(part);
  }
});

test('what is not known is said to be missing, and catalogues get no results', () => {
  const nothing = { ...facts, run: null, version: { ...facts.version, semver: null, digest: null, runId: null } };
  const card = registeredCard({
    ...nothing,
    version: { ...nothing.version, status: 'failed', statusMessage: 'a pickle' },
  });
  const missing = card.sections.flatMap(({ blocks }) => blocks.filter(({ kind }) => kind === 'missing'));
  expect(missing.map((block) => ('text' in block ? block.text : ''))).toEqual([
    expect.stringMatching(/^Nobody has written what the model is for.* make Credit scoring a project/),
    expect.stringMatching(/^The run names no data/),
    expect.stringMatching(/^The version names no run\./),
    expect.stringMatching(/^The run logged no metrics/),
    expect.stringMatching(/^Nobody has written whom it may harm/),
    expect.stringMatching(/^Nobody has written where it is known to be weak/),
    'The checks refused it: a pickle. No content is pinned.',
  ]);
  expect(cardMarkdown(card)).not.toContain('model-index');
});

test('numbers that are none stay out of the card’s data', () => {
  expect(registeredCard(facts).metadata.metrics).toEqual([{ name: 'auc', value: 0.91 }]);
});
