import { isErrorCode } from '@laurel/contracts';
import { endRules } from '@laurel/domain';
import { generatedPart } from '../../../support/generated-document.js';

const path = new URL('../../../../docs/reference/training-ends.md', import.meta.url);
const charges = { never: 'no', always: 'yes', whenStuck: 'from the third in a row without a new step' } as const;

function table(): string {
  const rows = Object.entries(endRules).map(
    ([cause, { charge, again, code, advice }]) =>
      `| \`${cause}\` | ${charges[charge]} | ${again ? 'yes' : 'no'} | \`${code}\` | ${advice} |`,
  );
  return ['| cause | charged | started again | code | what to do |', '|---|---|---|---|---|', ...rows].join('\n');
}

test('the reference of ends is the table, cause for cause', () => {
  expect(generatedPart(path, table())).toBe(table());
});

test('every end has a code of the error table and advice that fits behind a semicolon', () => {
  for (const { code, advice } of Object.values(endRules)) {
    expect(isErrorCode(code)).toBe(true);
    expect(advice).toMatch(/^[a-z].*[^.\s]$/);
  }
});

test('what is never charged is always tried again', () => {
  for (const { charge, again } of Object.values(endRules)) if (charge === 'never') expect(again).toBe(true);
});
