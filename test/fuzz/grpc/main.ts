// Sends mutated messages of every gRPC protocol to a real serving process:
// node build/test/fuzz/grpc/main.js --cases 100000 --seed 1 [--case N]
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { status } from '@grpc/grpc-js';
import { seeded } from '../onnx/random.js';
import { startFuzzedServer } from '../standalone.js';
import { createClient, type Said } from './client.js';
import { judge } from './judge.js';
import { framed, mutantCall, type RawCall } from './mutate-frame.js';
import { mutantMessage } from './mutate-message.js';
import { seedCalls } from './seeds.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
  },
});
const connections = 2;
const lanes = 16;
const folder = mkdtempSync(join(tmpdir(), 'laurel-fuzz-'));

const seeds = seedCalls();
const messages = seeds.map(({ message }) => message);
/** Every eighth case lies about the frame. */
const caseOf = (index: number): RawCall => {
  const random = seeded(Number(values.seed) * 1_000_003 + index);
  const { path, message } = random.pick(seeds);
  const ofFrame = random.below(8) === 0;
  const mutant = ofFrame && random.below(2) === 0 ? message : mutantMessage(messages, message, random);
  const call: RawCall = { path, headers: {}, body: framed(mutant), cuts: [] };
  return ofFrame ? mutantCall(call, mutant, random) : call;
};

const { child, grpcUrl: url } = await startFuzzedServer(folder);
const client = createClient(url, connections);
const counts = new Map<string, number>();
const explained = new Map<string, number>();
const refusals: { readonly milliseconds: number; readonly index: number }[] = [];
let failed = 0;
const first = values.case === undefined ? 0 : Number(values.case);
const end = values.case === undefined ? Number(values.cases) : first + 1;
let next = first;
const startedAt = performance.now();

const countOne = (map: Map<string, number>, name: string) => map.set(name, (map.get(name) ?? 0) + 1);

function take(index: number, call: RawCall, said: Said): void {
  countOne(counts, said.code === null ? `HTTP ${said.status}` : (status[said.code] ?? String(said.code)));
  const verdict = judge(said, call.path);
  if (verdict.kind === 'problem') fail(index, call, verdict.problem);
  else if (verdict.kind === 'explained') countOne(explained, verdict.why);
  else if (verdict.kind === 'refused') refusals.push({ milliseconds: said.milliseconds, index });
}

async function work(lane: number): Promise<void> {
  while (next < end) {
    const index = next++;
    const call = caseOf(index);
    try {
      take(index, call, await client.send(call, lane));
    } catch (error) {
      fail(index, call, String(error));
    }
    if (index % 10_000 === 9_999) console.log(`${index + 1} of ${end}, ${failed} failed`);
  }
}

function fail(index: number, { path, headers, body }: RawCall, problem: string): void {
  failed += 1;
  if (failed > 50) return;
  const shown = `${JSON.stringify(headers)} ${body.subarray(0, 200).toString('hex')}`;
  console.log(`FAILED case ${index} (--seed ${values.seed} --case ${index}) ${path}: ${problem}\n  ${shown}`);
}

await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
const seconds = (performance.now() - startedAt) / 1000;
const healthy = await client
  .send({ path: '/grpc.health.v1.Health/Check', headers: {}, body: framed(Buffer.alloc(0)), cuts: [] }, 0)
  .catch(() => undefined);
const alive = child.exitCode === null && child.signalCode === null && healthy?.code === 0;
if (!alive) failed += 1;
client.close();
child.kill('SIGTERM');
if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
rmSync(folder, { recursive: true, force: true });
refusals.sort((one, other) => one.milliseconds - other.milliseconds);
const quantile = (share: number) => refusals[Math.floor(share * (refusals.length - 1))]?.milliseconds.toFixed(2) ?? '-';
const listed = (map: Map<string, number>) =>
  [...map]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ');
console.log(`statuses: ${listed(counts)}`);
console.log(`of them INTERNAL, explained: ${listed(explained) || 'none'}`);
console.log(
  `${((end - first) / seconds).toFixed(0)} cases a second; connections that the server ended: ${client.reconnected()}`,
);
console.log(
  `refusals answered within: median ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, longest ${quantile(1)} ms of case ${refusals.at(-1)?.index} (${lanes} at once)`,
);
console.log(`the process is ${alive ? 'alive, one and the same' : 'dead'}`);
console.log(`${end - first - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
