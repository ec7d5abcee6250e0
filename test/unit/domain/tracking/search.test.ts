import { readFileSync } from 'node:fs';
import {
  experimentGrammar,
  loggedModelGrammar,
  offsetOf,
  pageMark,
  parseFilter,
  parseOrder,
  parseOrders,
  runGrammar,
  type SearchComparison,
  type SearchOrder,
} from '@laurel/domain';
import * as fc from 'fast-check';
import { processorMilliseconds } from '../../../support/processor-time.js';

/** What the parser of MLflow itself reads; `null` where it refuses. */
interface Answers {
  readonly filters: readonly { readonly filter: string; readonly comparisons: readonly SearchComparison[] | null }[];
  readonly orders: readonly { readonly clause: string; readonly order: SearchOrder | null }[];
}

const answers = JSON.parse(readFileSync(new URL('mlflow-answers.json', import.meta.url), 'utf8')) as Answers;

test('filters are read and refused as MLflow does', () => {
  expect(answers.filters.length).toBeGreaterThan(100);
  for (const { filter, comparisons } of answers.filters) {
    const parsed = parseFilter(filter, runGrammar);
    expect([filter, parsed.ok ? parsed.value : null]).toEqual([filter, comparisons]);
  }
});

test('orders are read and refused as MLflow does', () => {
  for (const { clause, order } of answers.orders) {
    const parsed = parseOrder(clause, runGrammar);
    expect([clause, parsed.ok ? parsed.value : null]).toEqual([clause, order]);
  }
});

test('an order may not have a key twice, whatever it is called', () => {
  expect(parseOrders(['metrics.m', 'metric.m DESC'], runGrammar)).toEqual({
    ok: false,
    problem: expect.stringContaining('duplicate'),
  });
  expect(parseOrders(['created', 'start_time'], runGrammar)).toMatchObject({ ok: false });
});

test('experiments and logged models know other words', () => {
  expect(parseFilter("name = 'x' AND tags.a IS NULL", experimentGrammar)).toMatchObject({ ok: true });
  expect(parseFilter('creation_time > 1.5', experimentGrammar)).toMatchObject({ ok: false });
  expect(parseFilter('metrics.m > 1', experimentGrammar)).toMatchObject({ ok: false });
  expect(parseFilter("name IN ('a') AND metrics.m > 1", loggedModelGrammar)).toMatchObject({ ok: true });
  expect(parseFilter('tags.a IS NULL', loggedModelGrammar)).toMatchObject({ ok: false });
});

const key = fc.stringMatching(/^[^`"'\s.][^`]{0,20}$/);
const text = fc.stringMatching(/^[^'\\]{0,30}$/);
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((value) => value + 0);
const comparison = fc.oneof(
  fc.record({
    entity: fc.constant('metric' as const),
    key,
    comparator: fc.constantFrom('>', '>=', '=', '!=', '<', '<='),
    value: number,
  }),
  fc.record({
    entity: fc.constantFrom('parameter' as const, 'tag' as const),
    key,
    comparator: fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'),
    value: text,
  }),
  fc.record({
    entity: fc.constantFrom('parameter' as const, 'tag' as const),
    key,
    comparator: fc.constantFrom('IS NULL', 'IS NOT NULL'),
    value: fc.constant(null),
  }),
  fc.record({
    entity: fc.constant('attribute' as const),
    key: fc.constantFrom('status', 'run_name', 'user_id'),
    comparator: fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'),
    value: text,
  }),
  fc.record({
    entity: fc.constant('attribute' as const),
    key: fc.constant('run_id'),
    comparator: fc.constantFrom('IN', 'NOT IN'),
    value: fc.array(text, { minLength: 1, maxLength: 4 }),
  }),
);

const written = (value: unknown): string => {
  if (value === null) return '';
  if (Array.isArray(value)) return `(${value.map(written).join(', ')})`;
  return typeof value === 'number' ? String(value).replace('e+', 'e') : `'${value as string}'`;
};

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.array(comparison, { maxLength: 5 }), (comparisons) => {
      const filter = comparisons
        .map(({ entity, key, comparator, value }) => `${entity}.\`${key}\` ${comparator} ${written(value)}`)
        .join(' AND ');
      expect(parseFilter(filter, runGrammar)).toEqual({ ok: true, value: comparisons });
    }),
    { numRuns: 500 },
  );
});

test('no text breaks the parser, and what it takes it takes again', () => {
  const anything = fc.array(
    fc.oneof(
      fc.string({ maxLength: 8, unit: 'binary' }),
      fc.constantFrom(
        'metrics.m',
        ' > ',
        '1',
        ' AND ',
        "'x'",
        'tags.`a b`',
        ' IS NOT NULL',
        '(',
        ')',
        ',',
        ';',
        '--',
        ' IN ',
        '"',
        '`',
        "'",
      ),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(anything, (parts) => {
      const filter = parts.join('');
      const parsed = parseFilter(filter, runGrammar);
      if (parsed.ok) for (const { key } of parsed.value) expect(typeof key).toBe('string');
      else expect(parsed.problem).not.toBe('');
    }),
    { numRuns: 2_000 },
  );
});

test('a long filter takes time in proportion', () => {
  const filter = Array.from({ length: 900 }, (_, index) => `metrics.m${index} > ${index}`).join(' AND ');
  const begun = processorMilliseconds();
  expect(parseFilter(filter, runGrammar)).toMatchObject({ ok: true });
  expect(parseFilter(`${filter} AND ${'('.repeat(100_000)}`, runGrammar)).toMatchObject({ ok: false });
  expect(parseFilter("'".repeat(100_001), runGrammar)).toMatchObject({ ok: false });
  expect(processorMilliseconds() - begun).toBeLessThan(3_000);
});

test('a page’s mark gives its offset back and no other text does', () => {
  fc.assert(fc.property(fc.nat(), (offset) => expect(offsetOf(pageMark(offset))).toEqual({ ok: true, value: offset })));
  for (const mark of ['', '{}', '{"offset": -1}', '{"offset": "1"}', '{"offset": 1, "a": 2}']) {
    expect(offsetOf(mark)).toMatchObject({ ok: false });
  }
});
