// Sends mutated requests of every REST protocol to a real serving process:
// node build/test/fuzz/requests/main.js --cases 100000 --seed 1 [--case N]
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seeded } from '../onnx/random.js';
import { startFuzzedServer } from '../standalone.js';
import { createClient, type Said } from './client.js';
import { mutantOf } from './mutate.js';
import { type SeedRequest, seedRequests } from './seeds.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
  },
});
const total = Number(values.cases);
const connections = 16;
const folder = mkdtempSync(join(tmpdir(), 'laurel-fuzz-'));

/** 501 is what the protocols have and Laurel says it has not; 504 answers a mutant that gives less time than there is. */
const allowed = ({ status, text }: Said) =>
  status === 200 ||
  status === 501 ||
  (status >= 400 && status < 500) ||
  (status === 504 && text.includes('DeadlineExceeded'));

const seeds = seedRequests();
const caseOf = (index: number): SeedRequest => {
  const random = seeded(Number(values.seed) * 1_000_003 + index);
  return mutantOf(random.pick(seeds), random);
};

/** What is wrong with an answer; `undefined` for a good one. */
function problemOf(said: Said): string | undefined {
  const { status, text } = said;
  if (!allowed(said)) return `status ${status}: ${text.slice(0, 200)}`;
  if (status < 400) return undefined;
  const body = JSON.parse(text) as { error?: string; detail?: string };
  const sentence = body.error ?? body.detail ?? '';
  if (sentence.length < 10 || /\n\s+at /.test(sentence)) return `no sentence: ${text.slice(0, 200)}`;
  return undefined;
}

const { child, url } = await startFuzzedServer(folder);
const client = createClient(url, connections);
const counts = new Map<number, number>();
const refusals: number[] = [];
let failed = 0;
let next = values.case === undefined ? 0 : Number(values.case);
const end = values.case === undefined ? total : next + 1;

async function work(): Promise<void> {
  while (next < end) {
    const index = next++;
    const mutant = caseOf(index);
    try {
      const said = await client.send(mutant);
      counts.set(said.status, (counts.get(said.status) ?? 0) + 1);
      if (said.status >= 400) refusals.push(said.milliseconds);
      const problem = problemOf(said);
      if (problem !== undefined) fail(index, mutant, problem);
    } catch (error) {
      fail(index, mutant, String(error));
    }
    if (index % 10_000 === 9_999) console.log(`${index + 1} of ${end}, ${failed} failed`);
  }
}

function fail(index: number, { path, body }: SeedRequest, problem: string): void {
  failed += 1;
  console.log(
    `FAILED case ${index} (--seed ${values.seed} --case ${index}) ${path}: ${problem}\n  ${body.subarray(0, 200).toString('latin1')}`,
  );
}

await Promise.all(Array.from({ length: connections }, work));
const alive = child.exitCode === null && child.signalCode === null;
if (!alive) failed += 1;
client.close();
child.kill('SIGTERM');
await once(child, 'exit');
rmSync(folder, { recursive: true, force: true });
refusals.sort((one, other) => one - other);
const quantile = (share: number) => refusals[Math.floor(share * (refusals.length - 1))]?.toFixed(2) ?? '-';
console.log(
  `statuses: ${[...counts]
    .sort(([one], [other]) => one - other)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ')}`,
);
console.log(
  `refusals answered within: median ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${quantile(1)} ms (16 connections)`,
);
console.log(`the process is ${alive ? 'alive, one and the same' : 'dead'}`);
console.log(`${end - (values.case === undefined ? 0 : Number(values.case)) - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
