import { parseProject } from '@laurel/contracts/schemas';
import { exampleProject } from './example-project.js';

/** The example with a card of this YAML. */
const withCard = (card: string) =>
  parseProject(exampleProject.replace('\n  cooldown:', `\n  card: ${card}\n  cooldown:`), { file: 'laurel.yaml' });

function messages(card: string): readonly string[] {
  const parsed = withCard(card);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message.replace(/^laurel\.yaml, line \d+: /, ''));
}

test('a card keeps its words, without the blanks around them', () => {
  const parsed = withCard('{ intendedUse: "  Rank customers.\\n\\n- a\\n- b\\n", licence: Apache-2.0 }');
  expect(parsed.ok && parsed.project.spec.card).toEqual({
    intendedUse: 'Rank customers.\n\n- a\n- b',
    licence: 'Apache-2.0',
  });
  expect(parsed.ok && parsed.notices.join()).not.toContain('card');
});

test('a project without a card has none', () => {
  const parsed = parseProject(exampleProject, { file: 'laurel.yaml' });
  expect(parsed.ok && Object.hasOwn(parsed.project.spec, 'card')).toBe(false);
});

test.each([
  ['{ intendedUsed: x }', 'spec.card has no key "intendedUsed"; did you mean "intendedUse"?'],
  [`{ ethics: ${'x'.repeat(10_240)} }`, /^spec\.card\.ethics is "x+\.\.\."; allowed: at most 8000 characters\.$/],
  [`{ contact: ${'x'.repeat(501)} }`, /allowed: at most 500 characters\.$/],
  ['{ ethics: "a\\u0000b" }', /holds the character NUL; write it without\.$/],
  ['{ ethics: "a\\u001b[2Jb" }', /allowed: text without control and invisible characters\.$/],
  ['{ ethics: "a\\u202eb" }', /allowed: text without control and invisible characters\.$/],
  ['{ ethics: "  " }', /allowed: text that is not empty\.$/],
  ['{ ethics: 7 }', /allowed: text/],
  ['[]', /spec\.card is an empty list; allowed: a mapping\.$/],
])('the card %.30s is refused in one sentence', (card, sentence) => {
  expect(messages(card)).toEqual([expect.stringMatching(sentence)]);
});
