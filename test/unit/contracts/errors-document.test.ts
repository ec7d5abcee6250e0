import { errorCodes, isErrorCode, nonRetryableCodes } from '@laurel/contracts';
import { generatedPart } from '../../support/generated-document.js';

const path = new URL('../../../docs/reference/errors.md', import.meta.url);

function table(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, retryable, meaning, remedy }]) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} | ${remedy} |`,
  );
  return ['| code | HTTP status | retryable | meaning | what to do |', '|---|---|---|---|---|', ...rows].join('\n');
}

test('the reference of errors is the error table, code for code', () => {
  const document = generatedPart(path, table());
  const documented = [...document.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => String(code));
  expect(documented.filter((code) => !isErrorCode(code))).toEqual([]);
  expect(Object.keys(errorCodes).filter((code) => !documented.includes(code))).toEqual([]);
  expect(document).toBe(table());
});

test('every code says what it means and what to do in whole sentences', () => {
  for (const [code, { meaning, remedy, status }] of Object.entries(errorCodes)) {
    expect(code).toMatch(/^[A-Z][A-Za-z]+$/);
    expect([code, meaning]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect([code, remedy]).toEqual([code, expect.stringMatching(/^[A-Z].*\.$/)]);
    expect(status).toBeGreaterThanOrEqual(400);
  }
});

test('whoever may not try again is named in the retry policies', () => {
  const final = Object.entries(errorCodes).filter(([, { retryable }]) => !retryable);
  expect([...nonRetryableCodes].toSorted()).toEqual(final.map(([code]) => code).toSorted());
});
