// Mutates real models and sends every mutant through the parser, and some of those it accepts through the child:
// node build/test/fuzz/onnx/main.js --cases 100000 --seed 1 [--children 200] [--models FOLDER] [--case N]
import { inspect, parseArgs } from 'node:util';
import { isLaurelError } from '@laurel/contracts';
import { createModelProbe, inspectModel } from '@laurel/inference';
import type { BuiltModel } from '../../support/onnx-builder.js';
import { mutant } from './mutate.js';
import { seeded } from './random.js';
import { seedModels } from './seeds.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    children: { type: 'string', default: '200' },
    models: { type: 'string' },
    case: { type: 'string' },
  },
});
const total = values.case === undefined ? Number(values.cases) : 1;
const wanted = Number(values.children);
const seeds = seedModels(values.models);
const limits = { memoryMegabytes: 256, timeoutMilliseconds: 5_000 };
const probe = createModelProbe(limits);
/** A mutant has some kilobytes; a parser that needs longer is not linear. */
const slowestParse = 1_000;
/** Starting and ending a child on a busy machine. */
const grace = 5_000;

interface Mutant extends BuiltModel {
  readonly index: number;
}

let failures = 0;
let accepted = 0;
/** How often the parser, and the child, said what; numbers and names left out. */
const said = { parser: new Map<string, number>(), child: new Map<string, number>() };
/** Accepted mutants for the child: a fair sample of all (reservoir). */
const sample: Mutant[] = [];

function mutantOf(index: number): Mutant {
  const random = seeded(Number(values.seed) * 1_000_003 + index);
  const { model, signature } = random.pick(seeds);
  return { index, model: mutant(model, random.pick(seeds).model, random), signature };
}

function fail(index: number, problem: string): void {
  failures += 1;
  console.log(`FAILED case ${index} (--seed ${values.seed} --case ${index}): ${problem}`);
}

/** Counts a refusal; anything but `ModelUnsafe` in time is a failure. */
function judge(who: 'parser' | 'child', { index }: Mutant, outcome: { error?: unknown; milliseconds: number }): void {
  const { error, milliseconds } = outcome;
  const allowed = who === 'parser' ? slowestParse : limits.timeoutMilliseconds + grace;
  if (milliseconds > allowed) fail(index, `no verdict of the ${who} for ${Math.round(milliseconds)} ms`);
  if (error === undefined) return;
  if (!isLaurelError(error) || error.code !== 'ModelUnsafe') return fail(index, `${who}: ${inspect(error)}`);
  const reason = error.message.replaceAll(/"[^"]*"|'[^']*'|\(.*\)|\d+/g, '_').slice(0, 90);
  said[who].set(reason, (said[who].get(reason) ?? 0) + 1);
}

function tryParser(one: Mutant): void {
  const startedAt = performance.now();
  let error: unknown;
  try {
    inspectModel(one.model);
  } catch (reason) {
    error = reason;
  }
  judge('parser', one, { error, milliseconds: performance.now() - startedAt });
  if (error !== undefined) return;
  accepted += 1;
  const at = sample.length < wanted ? sample.length : seeded(one.index).below(accepted);
  if (at < wanted) sample[at] = one;
}

async function tryChild(one: Mutant): Promise<void> {
  const startedAt = performance.now();
  const error: unknown = await probe.probe(one.model, one.signature).catch((reason: unknown) => reason);
  judge('child', one, { error, milliseconds: performance.now() - startedAt });
}

function report(who: 'parser' | 'child'): void {
  const most = [...said[who]].sort(([, a], [, b]) => b - a).slice(0, 20);
  for (const [reason, times] of most) console.log(`${String(times).padStart(8)}  ${who}: ${reason}`);
}

const startedAt = performance.now();
const first = Number(values.case ?? 0);
for (let index = first; index < first + total; index++) {
  tryParser(mutantOf(index));
  const done = index - first + 1;
  if (done % 10_000 === 0) console.log(`${done} of ${total}: ${accepted} accepted, ${done - accepted} refused`);
}
const seconds = (performance.now() - startedAt) / 1000;
report('parser');
console.log(
  `${seeds.length} models, ${Math.round(total / seconds)} cases/s with making the mutants, ${accepted} accepted`,
);

const waiting = [...sample];
const work = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tryChild(next);
};
await Promise.all([work(), work()]);
report('child');
const sum = (counts: readonly (readonly [string, number])[]) => counts.reduce((total, [, times]) => total + times, 0);
const refused = sum([...said.child]);
const died = sum([...said.child].filter(([reason]) => /died|did not load and run/.test(reason)));
console.log(
  `${sample.length} accepted mutants in the child: ${sample.length - refused} passed, ${refused} refused, of which ${died} took the child with them`,
);

console.log(`${total - failures} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
