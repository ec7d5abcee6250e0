import { createModelProbe, inspectModel } from '@laurel/inference';
import { createCanary } from '../../fuzz/onnx/canary.js';
import { hostileCases, signature } from '../../fuzz/onnx/hostile.js';
import type { HostileCase } from '../../fuzz/onnx/hostile-case.js';

interface Outcome {
  readonly error: unknown;
  readonly milliseconds: number;
}

const canary = createCanary();
const cases = hostileCases(canary);
const atStage = (stage: HostileCase['stage']) => cases.filter((one) => one.stage === stage);

const probe = createModelProbe({ memoryMegabytes: 256, timeoutMilliseconds: 4_000 });
const slowest = 10_000;
const messages: string[] = [];

function expectRefusal({ error, milliseconds }: Outcome, says: RegExp): void {
  expect(error).toMatchObject({ code: 'ModelUnsafe', message: expect.stringMatching(says) as string });
  const { message } = error as Error;
  expect(message).toMatch(/^The model( file)? is refused: [^\n]+\.$/);
  expect(milliseconds).toBeLessThan(slowest);
  messages.push(message);
}

function inspected(bytes: Uint8Array): Outcome {
  const startedAt = performance.now();
  try {
    inspectModel(bytes);
    return { error: undefined, milliseconds: performance.now() - startedAt };
  } catch (error) {
    return { error, milliseconds: performance.now() - startedAt };
  }
}

/** Two children at a time. */
async function probed(all: readonly HostileCase[], outcomes: Map<string, Outcome>): Promise<void> {
  const waiting = [...all];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const startedAt = performance.now();
      const error: unknown = await probe.probe(next.bytes(), signature).catch((reason: unknown) => reason);
      outcomes.set(next.name, { error, milliseconds: performance.now() - startedAt });
    }
  };
  await Promise.all([work(), work()]);
}

afterAll(() => canary.remove());

test('the corpus has many files, and no two of one name', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  expect(cases.length).toBeGreaterThan(100);
});

describe('refused before onnxruntime sees a byte:', () => {
  test.each(atStage('parser').map((one) => [one.name, one] as const))('%s', (_, { bytes, says }) => {
    expectRefusal(inspected(bytes()), says);
  });
});

describe('contained in the child:', () => {
  const outcomes = new Map<string, Outcome>();
  beforeAll(() => probed(atStage('child'), outcomes), 120_000);

  test.each(atStage('child').map((one) => [one.name, one] as const))('%s', (name, { bytes, says }) => {
    expect(inspected(bytes()).error).toBeUndefined();
    expectRefusal(outcomes.get(name) ?? { error: undefined, milliseconds: 0 }, says);
  });
});

test('nobody read the canary, and no refusal repeats it', () => {
  expect(messages).toHaveLength(cases.length);
  expect(canary.readers()).toEqual([]);
  expect(messages.join('\n')).not.toContain(canary.secret);
});
