import { Patience } from '../../../apps/serving/src/plane/patience.js';

const alone = { runs: 0, behindLarge: false };

/** Full runs of 10 ms one after the other, each of which had waited as long, until `until`. */
function busy(patience: Patience, until: number): void {
  for (let now = 0; now < until; now += 10) {
    patience.waited(now - 10, now);
    patience.runBegins(now);
    patience.runEnds(now + 10);
  }
}

test('a burst may wait half a second', () => {
  const patience = new Patience(10);
  patience.idle(1_000);
  expect(patience.allows({ ...alone, runs: 50 }, 1_050)).toBe(true);
  expect(patience.allows({ ...alone, runs: 51 }, 1_050)).toBe(false);
});

test('a queue that has not been short for 100 ms holds 300 ms of work', () => {
  const patience = new Patience(10);
  busy(patience, 300);
  patience.runBegins(300);
  expect(patience.allows({ ...alone, runs: 29 }, 300)).toBe(true);
  expect(patience.allows({ ...alone, runs: 30 }, 300)).toBe(false);
  expect(patience.allows({ ...alone, runs: 30 }, 310)).toBe(true);
});

test('where a full run is long, one may wait all the same', () => {
  const patience = new Patience(400);
  for (let run = 0; run < 4; run += 1) patience.waited(0, 1_000);
  expect(patience.allows({ ...alone, runs: 1 }, 2_000)).toBe(true);
  expect(patience.allows({ ...alone, runs: 2 }, 2_000)).toBe(false);
});

test('64 callers who each wait for a run of 2 ms before they ask again are no overload', () => {
  const patience = new Patience(2);
  for (let now = 0; now < 1_000; now += 2) {
    patience.waited(now - 126, now);
    patience.runBegins(now);
    patience.runEnds(now + 2);
  }
  expect(patience.allows({ ...alone, runs: 63 }, 1_000)).toBe(true);
});

test('what came while the process stood still is a burst', () => {
  const patience = new Patience(10);
  patience.idle(0);
  for (let run = 0; run < 3; run += 1) patience.waited(0, 1_000);
  expect(patience.allows({ ...alone, runs: 40 }, 1_000)).toBe(true);
});

test('one wait that was short ends the overload', () => {
  const patience = new Patience(10);
  busy(patience, 300);
  patience.waited(298, 300);
  expect(patience.allows({ ...alone, runs: 40 }, 300)).toBe(true);
});

test('behind a single large request others may wait as in a burst', () => {
  const patience = new Patience(10);
  busy(patience, 300);
  expect(patience.allows({ runs: 40, behindLarge: true }, 300)).toBe(true);
});

test('a model that has become slower is known after some runs', () => {
  const patience = new Patience(1);
  patience.idle(0);
  for (let run = 0; run < 20; run += 1) {
    patience.runBegins(run * 50);
    patience.runEnds(run * 50 + 50);
  }
  patience.idle(1_000);
  expect(patience.allows({ ...alone, runs: 10 }, 1_000)).toBe(true);
  expect(patience.allows({ ...alone, runs: 11 }, 1_000)).toBe(false);
});

test('one run that was held up for a second makes nobody impatient', () => {
  const patience = new Patience(0.1);
  patience.idle(0);
  patience.runBegins(0);
  patience.runEnds(1_000);
  patience.waited(1_000, 1_000);
  expect(patience.allows({ ...alone, runs: 200 }, 1_000)).toBe(true);
});
