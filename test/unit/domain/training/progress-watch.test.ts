import { failureCauses, failureIn, type JobProgress, progressAfter, progressAtStart } from '@laurel/domain';
import * as fc from 'fast-check';

const start = progressAtStart({ attempt: 2, node: 'here', waiting: null, fromStep: 4 });
const line = (event: object) => JSON.stringify(event);

test('a progress line gives step, total and the metrics that are numbers', () => {
  const said = line({ laurel: 'progress', step: 5, totalSteps: 10, metrics: { loss: 0.5, note: 'x', bad: null } });
  expect(progressAfter(start, said)).toEqual({ ...start, step: 5, totalSteps: 10, metrics: { loss: 0.5 } });
});

test('a checkpoint line gives the step to which nothing can be lost any more', () => {
  const after = progressAfter(start, line({ laurel: 'checkpoint', step: 8, manifest: 'x' }));
  expect(after).toMatchObject({ step: 8, checkpointStep: 8, message: 'checkpoint of step 8 committed' });
});

test('a warning changes nothing but the message, and the next step takes it away', () => {
  const warned = progressAfter(start, line({ laurel: 'warning', message: 'a column is empty' }));
  expect(warned).toEqual({ ...start, message: 'a column is empty' });
  expect(progressAfter(warned!, line({ laurel: 'progress', step: 1 }))?.message).toBeNull();
});

test.each(['', 'loss 0.5', '{"laurel":', '{"other":1}', '[1]', '{"laurel":7}', '{"laurel":"of tomorrow"}', 'null'])(
  '%j says nothing about the place',
  (text) => {
    expect(progressAfter(start, text)).toBeUndefined();
  },
);

test('whatever a trainer prints, step and checkpoint never go back and the place stays plain data', () => {
  const value = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(null), fc.object());
  const event = fc.record({
    laurel: fc.constantFrom('progress', 'checkpoint', 'warning', 'failure'),
    step: value,
    totalSteps: value,
    metrics: fc.oneof(value, fc.dictionary(fc.string(), value)),
    message: value,
  });
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let place: JobProgress = start;
      for (const each of events) {
        const next = progressAfter(place, line(each)) ?? place;
        expect(next.step).toBeGreaterThanOrEqual(place.step);
        expect(next.checkpointStep ?? 0).toBeGreaterThanOrEqual(place.checkpointStep ?? 0);
        expect(JSON.parse(JSON.stringify(next))).toEqual(next);
        place = next;
      }
    }),
  );
});

test('a failure line names its cause, step and message', () => {
  const said = line({ laurel: 'failure', cause: 'notANumber', step: 120, message: 'loss is NaN' });
  expect(failureIn(said)).toEqual({ cause: 'notANumber', step: 120, message: 'loss is NaN' });
  expect(failureIn(line({ laurel: 'failure', cause: 'badData' }))).toEqual({
    cause: 'badData',
    step: null,
    message: 'null',
  });
});

test('causes that only a launcher can know are not taken from a trainer', () => {
  for (const cause of ['disrupted', 'nodeLost', 'killed', 'foreignJob', 'unschedulable', 'nonsense', 7])
    expect(failureIn(line({ laurel: 'failure', cause }))).toBeUndefined();
  expect(failureCauses).not.toContain('killed');
});
