import { EpochRule } from './epoch-rule.js';
import { type Installation, openInstallation } from './installation.js';
import { Ledger } from './ledger.js';
import { type Growth, MemoryWatch } from './memory.js';
import { Biases, signedModel } from './signed-models.js';
import { Findings, type Scene, type Story, shown } from './story.js';
import { type Judges, startGrpc, startRest } from './swap-traffic.js';

const fullSwaps = 1_000;
const fullRequests = 1_000_000;
/** Every so many swaps the challenger is a version that no process has seen, so that loading and release happen, too. */
const swapsPerRelease = 10;
/** Share of the requests that go over gRPC. */
const grpcShare = 0.1;
const canaryWeight = 50;
/** Memory counts from this share of the swaps on: the first hundred of a thousand. */
const warmUpShare = 0.1;
const mostGrowth = 50;
const leastAchieved = 0.8;

/** Versions change a thousand times under a million requests, and none of them notices. */
export const swaps: Story = {
  letter: 'A',
  title: 'version swaps under load: no request fails, every answer is of the version it names',
  play: async (scene) => {
    const findings = new Findings();
    const [count, wanted] = [Math.ceil(fullSwaps * scene.scale), Math.ceil(fullRequests * scene.scale)];
    await using installation = await openInstallation(scene, 2);
    const judges: Judges = { ledger: new Ledger(), rule: new EpochRule(), biases: new Biases() };
    installation.watchCommits(judges.rule);
    const pair = await firstPair(installation, judges, count);
    const memory = new MemoryWatch(installation.processes);
    const startedAt = performance.now();
    const rest = startRest(installation.http, scene.rate * (1 - grpcShare), judges);
    const grpc = startGrpc(installation.grpc, scene.rate * grpcShare, judges);
    const swapping = swapAll(installation, { pair, count, judges, say: scene.say });
    const { warmAt } = await swapping;
    while (rest.seen.answered + grpc.sent() < wanted) await new Promise((next) => setTimeout(next, 100));
    const seconds = (performance.now() - startedAt) / 1_000;
    const planned = scene.rate * seconds;
    const sent = rest.seen.sent + grpc.sent();
    await Promise.all([rest.stop(), grpc.stop()]);
    memory.stop();
    const { ledger } = judges;
    const { latencies, lag } = rest.seen;
    scene.say(
      `${count} swaps and ${sent} requests (${grpc.sent()} over gRPC) in ${shown(seconds)} s; failed: ${ledger.failures()}`,
    );
    scene.say(`answers checked: ${ledger.checked}, of ${ledger.answeredBy.size} versions`);
    scene.say(
      `REST latency p50 ${shown(latencies.at(0.5))} ms, p99 ${shown(latencies.at(0.99))} ms, max ${shown(latencies.at(1))} ms; generator late p99 ${shown(lag.at(0.99))} ms`,
    );
    scene.say(`rate: ${shown(sent / seconds)} of ${scene.rate} per second`);
    for (const problem of ledger.problems()) findings.must(false, problem);
    findings.must(ledger.checked + ledger.failures() >= sent, `${sent} requests were sent, ${ledger.checked} answered`);
    findings.needs(
      sent >= leastAchieved * planned,
      `${shown(sent / planned)} of the planned requests were sent, at least ${leastAchieved} must be`,
    );
    findings.needs(sent >= wanted, `${sent} requests were sent, ${wanted} are needed`);
    for (const growth of memory.growthSince(warmAt)) judgeMemory(findings, scene, growth);
    return findings;
  },
};

type Versions = readonly [Awaited<ReturnType<Installation['release']>>, Awaited<ReturnType<Installation['release']>>];

async function releaseSigned(
  installation: Installation,
  { biases }: Judges,
  { index, of }: { index: number; of: number },
) {
  const model = signedModel(index, of);
  const version = await installation.release(model, `version ${index}`);
  biases.add(version, model.bias);
  return version;
}

const versionsFor = (count: number) => 2 + Math.ceil(count / swapsPerRelease);

async function firstPair(installation: Installation, judges: Judges, count: number): Promise<Versions> {
  const of = versionsFor(count);
  const champion = await releaseSigned(installation, judges, { index: 0, of });
  const other = await releaseSigned(installation, judges, { index: 1, of });
  await (await installation.begin(champion, 100)).crown();
  await new Promise((next) => setTimeout(next, 1_000));
  return [champion, other];
}

/** Crowns the other version again and again. Gives when the warm-up was over. */
async function swapAll(
  installation: Installation,
  { pair, count, judges, say }: { pair: Versions; count: number; judges: Judges; say: Scene['say'] },
): Promise<{ readonly warmAt: number }> {
  let [champion, other] = pair;
  let warmAt = performance.now();
  const of = versionsFor(count);
  for (let swap = 1; swap <= count; swap += 1) {
    if (swap % swapsPerRelease === 0) {
      other = await releaseSigned(installation, judges, { index: 1 + swap / swapsPerRelease, of });
    }
    const rolling = await installation.begin(other, canaryWeight);
    await rolling.crown();
    [champion, other] = [other, champion];
    if (swap === Math.ceil(count * warmUpShare)) warmAt = performance.now();
    if (swap % Math.ceil(count / 10) === 0)
      say(
        `${swap} swaps, failed requests so far: ${judges.ledger.failures()}; memory ${installation.processes.map((one) => shown((one.residentBytes() ?? 0) / 2 ** 20)).join(' and ')} MiB`,
      );
  }
  return { warmAt };
}

function judgeMemory(findings: Findings, { say }: Scene, { pid, from, to, slope, samples }: Growth): void {
  say(`process ${pid}: ${shown(from)} → ${shown(to)} MiB, ${shown(slope)} MiB an hour over ${samples} samples`);
  findings.must(to - from <= mostGrowth, `process ${pid} grew by ${shown(to - from)} MiB, more than ${mostGrowth}`);
}
