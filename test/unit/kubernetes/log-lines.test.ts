import { array, assert, constantFrom, nat, property, string, tuple } from 'fast-check';
import { createLineFilter, isPlain, linesOf } from '../../../libs/kubernetes/src/api/log-lines.js';

/** A container's log: lines with times that never go back, many within one second and some at the same time. */
const logs = array(tuple(constantFrom(0, 0, 1, 400_000_000, 700_000_000), string({ maxLength: 5 })), {
  maxLength: 40,
}).map((steps) => {
  let nanoseconds = 0;
  return steps.map(([step, text], index) => {
    nanoseconds += step;
    const seconds = Math.floor(nanoseconds / 1e9);
    const fraction = String(nanoseconds % 1e9)
      .padStart(9, '0')
      .replace(/0+$/, '');
    const time = `2026-01-01T00:00:${String(seconds % 60).padStart(2, '0')}${fraction === '' ? '' : `.${fraction}`}Z`;
    return { seconds, raw: `${time} ${index}:${text.replaceAll('\n', ' ')}` };
  });
});

test('every line is read once, wherever the connection breaks', () => {
  assert(
    property(logs, array(nat(40), { maxLength: 6 }), (log, breaks) => {
      const filter = createLineFilter();
      const read: string[] = [];
      for (const at of [...breaks.toSorted((a, b) => a - b), log.length]) {
        const since = filter.resume();
        const from = since === undefined ? 0 : Date.parse(since) / 1_000 - Date.parse('2026-01-01T00:00:00Z') / 1_000;
        for (const { raw } of log.slice(0, at).filter(({ seconds }) => seconds >= from)) {
          const line = filter.accept(raw);
          if (line !== undefined) read.push(line);
        }
      }
      expect(read).toEqual(log.map(({ raw }) => raw.slice(raw.indexOf(' ') + 1)));
    }),
  );
});

test('times in another zone and of other precision are the same times', () => {
  const filter = createLineFilter();
  expect(filter.accept('2026-01-01T02:00:00.5+02:00 a')).toBe('a');
  filter.resume();
  expect(filter.accept('2026-01-01T00:00:00.500000000Z a')).toBeUndefined();
  expect(filter.accept('2026-01-01T00:00:00.500000001Z b')).toBe('b');
  expect(filter.accept('failed to try resolving symlinks')).toBeUndefined();
});

test('a node whose clock is set back loses no line, and none comes twice', () => {
  const filter = createLineFilter();
  const read = (...raw: readonly string[]) => raw.map((line) => filter.accept(`2026-01-01T00:00:${line}`));
  expect(read('10.5Z a', '08.1Z b', '08.2Z c')).toEqual(['a', 'b', 'c']);
  expect(filter.resume()).toBe('2026-01-01T00:00:10Z');
  expect(read('10.2Z before', '10.5Z a', '08.9Z d', '10.6Z e')).toEqual([undefined, undefined, 'd', 'e']);
});

test('lines are cut wherever chunks end, and a line without an end is not kept in memory', async () => {
  const bytes = new TextEncoder().encode('eins\nzwölf\n\nlast');
  async function* inPieces(size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  for (const size of [1, 2, 3, 7, 100]) {
    const found: string[] = [];
    for await (const line of linesOf(inPieces(size))) found.push(line);
    expect(found).toEqual(['eins', 'zwölf', '', 'last']);
  }
  const pieces: string[] = [];
  for await (const line of linesOf(inPieces(2), 4)) pieces.push(line);
  expect(pieces.join('')).toBe('einszwölflast');
});

test('lines for people are those that are not of the protocol', () => {
  expect(isPlain('loss falls')).toBe(true);
  expect(isPlain('{"loss": 1}')).toBe(true);
  expect(isPlain('{"laurel":"progress","step":1}')).toBe(false);
  expect(isPlain('{ "laurel": "progress" }')).toBe(false);
  expect(isPlain('laurel_trainer.pod: resuming')).toBe(false);
  expect(isPlain('  ')).toBe(false);
});
