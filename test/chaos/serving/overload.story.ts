import { setTimeout as pause } from 'node:timers/promises';
import { inputName } from '../../bench/serving/fixtures.js';
import type { Target } from '../../bench/serving/http-connection.js';
import { type HealthSeen, watchHealth } from './health.js';
import { endpoint, openInstallation } from './installation.js';
import { findKnee, type Unrated } from './knee.js';
import { type Load, loadFor, startLoad } from './load.js';
import { buildMlp, mlpWidth } from './mlp-model.js';
import { headerIn, postTensor } from './requests.js';
import { Findings, median, needsPunctual, type Scene, type Story, shown, shownCounts } from './story.js';

/** A request of 16 rows keeps one core for some 20 ms; everything else about it takes a hundredth of it. */
const hidden = 3_072;
const rowsPerRequest = 16;
const different = 16;
const connections = 1_000;
/** Each round measures everything, so that a machine that does other things meanwhile slows all of it. */
const fullRounds = 3;
const fullSeconds = 20;
/** Never shorter: the first tenths of a second, in which an overload is still a burst, are below the 99th percentile then. */
const overloadSeconds = 20;
const leastGoodputShare = 0.9;
const mostSlower = 2;
const longestRefusal = 20;
const recoverySeconds = 5;
const multiples = [2, 10] as const;

/** What one overload did, compared with the same round's knee and 80 % of it. */
interface Pressed {
  readonly goodputShare: number;
  readonly slower: number;
  readonly refusal: number;
}

/** Twice and ten times of what a process can do are asked of it. */
export const overload: Story = {
  letter: 'B',
  title: 'overload: what can be done is done, the rest is refused at once',
  play: async (scene) => {
    const findings = new Findings();
    await using installation = await openInstallation(scene, 1);
    await installation.enthrone(buildMlp(hidden));
    await pause(1_000);
    const place = installation.processes[0]?.graphProcesses().length === 0 ? 'on the loop' : 'in a process of its own';
    scene.say(`the model runs ${place}`);
    const load = loadOn(installation.http);
    const knee = await findKnee(scene, load);
    const course: Course = { findings, scene, load, knee };
    const pressed = new Map<number, Pressed[]>(multiples.map((times) => [times, []]));
    const rounds = Math.max(1, Math.round(fullRounds * scene.scale));
    for (let round = 0; round < rounds; round += 1) {
      for (const times of multiples) pressed.get(times)?.push(await pressOnce(course, times));
    }
    for (const [times, all] of pressed) judge(course, times, all);
    return findings;
  },
};

interface Course {
  readonly findings: Findings;
  readonly scene: Scene;
  readonly load: Unrated;
  readonly knee: number;
}

function loadOn(target: Target): Unrated {
  const requests = Array.from({ length: different }, (_, index) => {
    const values = Float32Array.from({ length: rowsPerRequest * mlpWidth }, (_, at) => Math.sin(index + at));
    return postTensor(endpoint, { name: inputName, shape: [rowsPerRequest, mlpWidth], values });
  });
  return { target, connections, request: (arrival) => requests[arrival % different] ?? Buffer.alloc(0) };
}

/** 80 % of the knee, the knee, an overload, and 80 % again until it is as it was. */
async function pressOnce(course: Course, times: number): Promise<Pressed> {
  const { scene, load, knee } = course;
  const seconds = Math.max(3, fullSeconds * scene.scale);
  const usual = (await loadFor(seconds, { ...load, rate: 0.8 * knee })).latencies.at(0.99);
  const full = (await loadFor(seconds, { ...load, rate: knee })).good / seconds;
  const health = watchHealth(load.target);
  let withoutRetryAfter = 0;
  const running = startLoad({
    ...load,
    rate: times * knee,
    onAnswer: ({ status, head }) => {
      if (status === 429 && headerIn(head, 'retry-after') === '') withoutRetryAfter += 1;
    },
  });
  await pause(overloadSeconds * 1_000);
  const took = await running.stop();
  const seen = await health.stop();
  course.findings.must(withoutRetryAfter === 0, `${withoutRetryAfter} refusals had no Retry-After`);
  const goodput = running.seen.good / took;
  const accepted = running.seen.latencies.at(0.99);
  scene.say(
    `80 %: p99 ${shown(usual)} ms; knee: good ${shown(full)}/s; ${times} × (${shown(times * knee)}/s): good ${shown(goodput)}/s, p50 ${shown(running.seen.latencies.at(0.5))} ms, p99 ${shown(accepted)} ms, 429 p50 ${shown(running.seen.refusals.at(0.5))} p99 ${shown(running.seen.refusals.at(0.99))} ms, health slowest ${shown(seen.slowest)} ms, generator late p99 ${shown(running.seen.lag.at(0.99))} ms (${shownCounts(running.seen.statuses)})`,
  );
  judgeAnswers(course, { times, running, took, health: seen });
  await recovers(course, usual);
  return { goodputShare: goodput / full, slower: accepted / usual, refusal: running.seen.refusals.at(0.99) };
}

function judgeAnswers(
  { findings, knee }: Course,
  { times, running, took, health }: { times: number; running: Load; took: number; health: HealthSeen },
): void {
  const { seen } = running;
  needsPunctual(findings, seen.lag);
  const others = Object.keys(seen.statuses).filter((status) => status !== '200' && status !== '429');
  findings.needs(
    seen.sent >= 0.8 * times * knee * took,
    `the generator sent only ${shown(seen.sent / took)}/s of ${shown(times * knee)}`,
  );
  findings.must(others.length === 0, `there were answers other than 200 and 429: ${shownCounts(seen.statuses)}`);
  findings.must(health.failed === 0, `${health.failed} of ${health.asked} health questions were not answered`);
}

async function recovers({ findings, scene, load, knee }: Course, usual: number): Promise<void> {
  const tails: number[] = [];
  const isBack = () => (tails.at(-1) ?? Number.POSITIVE_INFINITY) <= mostSlower * usual;
  while (tails.length < recoverySeconds && !isBack()) {
    tails.push((await loadFor(1, { ...load, rate: 0.8 * knee })).latencies.at(0.99));
  }
  scene.say(`afterwards at 80 %: p99 of each second ${tails.map(shown).join(', ')} ms`);
  findings.must(isBack(), `latency is not back within ${recoverySeconds} s`);
}

function judge({ findings, scene }: Course, times: number, all: readonly Pressed[]): void {
  const of = (what: keyof Pressed) => median(all.map((one) => one[what]));
  const [share, slower, refusal] = [of('goodputShare'), of('slower'), of('refusal')];
  scene.say(
    `${times} ×, medians of ${all.length} rounds: goodput ${shown(share)} of the knee, p99 ${shown(slower)} times that at 80 %, refusals p99 ${shown(refusal)} ms`,
  );
  findings.must(
    share >= leastGoodputShare,
    `${times} ×: goodput is ${shown(share)} of the knee, less than ${leastGoodputShare}`,
  );
  findings.must(slower <= mostSlower, `${times} ×: p99 of accepted requests is ${shown(slower)} times that at 80 %`);
  findings.must(
    refusal <= longestRefusal,
    `${times} ×: p99 of refusals is ${shown(refusal)} ms, more than ${longestRefusal}`,
  );
}
