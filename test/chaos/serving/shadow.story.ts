import { setTimeout as pause } from 'node:timers/promises';
import type { ModelVersion, SplitDraft } from '@laurel/domain';
import { refOf } from '../../integration/postgres/builders.js';
import { buildClassifier, buildSlow } from '../../support/onnx-builder.js';
import { endpoint, type Installation, openInstallation, type Rolling } from './installation.js';
import { type Load, type LoadOptions, loadFor, type Seen } from './load.js';
import { metricsOf, postJson, totalOf } from './requests.js';
import { Findings, isPunctual, median, type Scene, type Story, shown, shownCounts } from './story.js';

const connections = 16;
const rate = 200;
const fullWindows = 20;
const fullSeconds = 4;
/** A slow shadow gets more copies than it can take; the rest is dropped. */
const killEveryMilliseconds = 700;
const mostRatio = 1.05;
const spec = { inputs: ['x'], weights: [-1], bias: 0, classes: ['No', 'Yes'] } as const;

/** A shadow is much slower than the champion, then dies again and again. */
export const shadow: Story = {
  letter: 'C',
  title: 'a slow shadow, and one whose process is killed, are not felt by callers',
  play: async (scene) => {
    const findings = new Findings();
    await using installation = await openInstallation(scene, 1);
    await installation.enthrone(buildClassifier(spec));
    const slow = await installation.release(buildSlow({ ...spec, size: 512, layers: 24 }), 'slow');
    const rolling = await installation.begin(slow, 0);
    await pause(1_000);
    const load = loadOn(installation);
    await loadFor(2, load);
    const pairs = await comparePairs({ scene, installation, rolling, slow, load });
    judgePairs(findings, scene, pairs);
    const metrics = await metricsOf(installation.http);
    const [copied, dropped] = [
      totalOf(metrics, 'laurel_shadow_rows_total'),
      totalOf(metrics, 'laurel_shadow_dropped_total'),
    ];
    scene.say(`copies answered ${copied}, dropped ${dropped}`);
    findings.needs(copied > 0, 'the shadow has seen no copy');
    findings.must(dropped > 0, 'a shadow that is too slow has dropped no copy, or they are not counted');
    await killShadow(findings, { scene, installation, rolling, slow, load });
    return findings;
  },
};

interface Stage {
  readonly scene: Scene;
  readonly installation: Installation;
  readonly rolling: Rolling;
  readonly slow: ModelVersion;
  readonly load: LoadOptions;
}

function loadOn({ http }: Installation): LoadOptions {
  const requests = Array.from({ length: 64 }, (_, index) => postJson(`/predict/${endpoint}`, { x: index / 64 }));
  return { target: http, connections, rate, request: (arrival) => requests[arrival % 64] ?? Buffer.alloc(0) };
}

const shadowed = (slow: ModelVersion): Partial<SplitDraft> => ({ shadow: { ...refOf(slow), sample: 100 } });

interface Pair {
  readonly without: Seen;
  readonly with: Seen;
}

/** Windows without and with the shadow in turn; which comes first changes, so that a drift of the machine cancels out. */
async function comparePairs({ scene, rolling, slow, load }: Stage): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  const seconds = Math.max(2, fullSeconds * scene.scale);
  for (let window = 0; window < Math.max(2, Math.round(fullWindows * scene.scale)); window += 1) {
    const one = async (isShadowed: boolean) => {
      await rolling.commit(0, isShadowed ? shadowed(slow) : {});
      await pause(800);
      return loadFor(seconds, load);
    };
    const first = await one(window % 2 === 1);
    const second = await one(window % 2 === 0);
    const pair = window % 2 === 0 ? { without: first, with: second } : { without: second, with: first };
    scene.say(
      `window ${window + 1}: p99 ${shown(pair.without.latencies.at(0.99))} ms without, ${shown(pair.with.latencies.at(0.99))} ms with; p50 ${shown(pair.without.latencies.at(0.5))}, ${shown(pair.with.latencies.at(0.5))}`,
    );
    pairs.push(pair);
  }
  return pairs;
}

/** Pairs in which the generator was kept from the processor say nothing and are left out; half must be left. */
function judgePairs(findings: Findings, { say }: Scene, all: readonly Pair[]): void {
  const pairs = all.filter((pair) => isPunctual(pair.with.lag) && isPunctual(pair.without.lag));
  findings.needs(
    pairs.length >= all.length / 2,
    `in ${all.length - pairs.length} of ${all.length} pairs the generator was late`,
  );
  const ratioAt = (share: number) =>
    median(pairs.map((pair) => pair.with.latencies.at(share) / pair.without.latencies.at(share)));
  say(
    `with / without the shadow, median of ${pairs.length} punctual pairs of ${all.length}: p99 ${shown(ratioAt(0.99))}, p50 ${shown(ratioAt(0.5))}`,
  );
  findings.must(
    ratioAt(0.99) <= mostRatio,
    `p99 is ${shown(ratioAt(0.99))} times that without a shadow, more than ${mostRatio}`,
  );
  for (const { statuses } of all.flatMap((pair) => [pair.with, pair.without])) mustAllBeGood(findings, statuses);
}

function mustAllBeGood(findings: Findings, statuses: Load['seen']['statuses']): void {
  findings.must(Object.keys(statuses).join() === '200', `callers got ${shownCounts(statuses)}`);
}

async function killShadow(findings: Findings, { scene, installation, rolling, slow, load }: Stage): Promise<void> {
  await rolling.commit(0, shadowed(slow));
  await pause(800);
  const [process] = installation.processes;
  let killed = 0;
  const killing = setInterval(() => {
    for (const pid of process?.graphProcesses() ?? []) {
      globalThis.process.kill(pid, 'SIGKILL');
      killed += 1;
    }
  }, killEveryMilliseconds);
  const before = totalOf(await metricsOf(installation.http), 'laurel_shadow_rows_total');
  const seen = await loadFor(Math.max(5, 30 * scene.scale), load);
  clearInterval(killing);
  await pause(1_000);
  const failed =
    (await metricsOf(installation.http)).get(
      `laurel_shadow_rows_total{endpoint="${endpoint}",version="${slow.version}",status="error"}`,
    ) ?? 0;
  scene.say(
    `shadow's process killed ${killed} times: callers got ${shownCounts(seen.statuses)}, p99 ${shown(seen.latencies.at(0.99))} ms; copies failed ${failed}, shadow rows before ${before}`,
  );
  findings.needs(killed >= 2, `the shadow's process was killed ${killed} times`);
  mustAllBeGood(findings, seen.statuses);
  findings.must(failed > 0, 'no failed copy is counted though the process was killed');
}
