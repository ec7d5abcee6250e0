import { setTimeout as pause } from 'node:timers/promises';
import { buildClassifier } from '../../support/onnx-builder.js';
import { endpoint, openInstallation } from './installation.js';
import { startLoad } from './load.js';
import { postJson } from './requests.js';
import { Findings, type Story, shown, shownCounts } from './story.js';

const connections = 64;
const rate = 1_000;
/** A lease runs out after three seconds; then nobody waits for the dead process. */
const leaseMilliseconds = 3_000;
const spec = { inputs: ['x'], weights: [-1], classes: ['No', 'Yes'] } as const;

/** One of two processes is killed without a word. */
export const killed: Story = {
  letter: 'F',
  title: 'one of two processes is killed under load: only what it was answering is lost',
  play: async (scene) => {
    const findings = new Findings();
    await using installation = await openInstallation(scene, 2);
    await installation.enthrone(buildClassifier({ ...spec, bias: 0 }));
    const next = await installation.release(buildClassifier({ ...spec, bias: 1 }), 'next');
    await pause(1_000);
    const request = postJson(`/predict/${endpoint}`, { x: 0.5 });
    const broken: number[] = [];
    let versions = new Set<string>();
    const load = startLoad({
      target: installation.http,
      rate,
      connections,
      request: () => request,
      onAnswer: ({ status, head, answeredAt }) => {
        if (status === 0) broken.push(answeredAt);
        versions.add(/x-laurel-version: (\d+)/.exec(head)?.[1] ?? '');
      },
    });
    await pause(Math.max(2, 10 * scene.scale) * 1_000);
    const before = load.seen.answered;
    const killedAt = performance.now();
    await installation.processes[0]?.kill();
    const rolling = await installation.begin(next, 50);
    const committed = performance.now() - killedAt;
    await rolling.crown();
    await pause(2_000);
    versions = new Set();
    await pause(Math.max(2, 10 * scene.scale) * 1_000);
    const seconds = await load.stop();
    const { seen } = load;
    const last = Math.max(0, ...broken.map((at) => at - killedAt));
    scene.say(
      `${before} answers before the kill, ${seen.answered - before} after; ${shownCounts(seen.statuses)}; p99 ${shown(seen.latencies.at(0.99))} ms, max ${shown(seen.latencies.at(1))} ms`,
    );
    scene.say(
      `broken connections: ${broken.length}, the last ${shown(last)} ms after the kill; the next commit took ${shown(committed)} ms`,
    );
    const statuses = Object.keys(seen.statuses).filter((status) => status !== '200' && status !== 'broken');
    findings.must(statuses.length === 0, `callers got ${shownCounts(seen.statuses)}`);
    findings.must(
      broken.every((at) => at >= killedAt),
      'a connection broke before the kill',
    );
    findings.must(
      broken.length <= connections,
      `${broken.length} requests broke, more than the ${connections} that can have been in flight`,
    );
    findings.must(last <= 1_000, `a connection broke ${shown(last)} ms after the kill`);
    findings.must(committed <= leaseMilliseconds + 3_000, `the next commit took ${shown(committed)} ms`);
    findings.must(
      [...versions].join() === String(next.version),
      `at the end, versions ${[...versions].join()} answered, not ${next.version}`,
    );
    findings.needs(
      seen.sent >= 0.8 * rate * seconds,
      `only ${shown(seen.sent / seconds)} of ${rate} requests a second were sent`,
    );
    return findings;
  },
};
