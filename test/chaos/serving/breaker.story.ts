import { setTimeout as pause } from 'node:timers/promises';
import { defaultBreakerPolicy } from '@laurel/domain';
import type { Target } from '../../bench/serving/http-connection.js';
import { eventually } from '../../support/eventually.js';
import { buildNaN } from '../../support/onnx-builder.js';
import { endpoint, type Installation, openInstallation } from './installation.js';
import { startLoad, type TimedAnswer } from './load.js';
import { headerIn, metricsOf, postJson, totalOf } from './requests.js';
import { Findings, type Scene, type Story, shown, shownCounts } from './story.js';

const rate = 200;
const connections = 32;
const opensWithin = 1_000;
/** For the poll of the metric and the three probes. */
const slack = 1_500;
const [healthy, trigger] = [0.25, 1_000];
const states = { closed: 0, open: 2 } as const;

/** The champion turns bad for some rows: the breaker takes over, and gives back. */
export const breaker: Story = {
  letter: 'D',
  title: 'a champion that turns bad: the breaker opens, callers get the baseline, it closes again',
  play: async (scene) => {
    const findings = new Findings();
    await using installation = await openInstallation(scene, 1);
    const model = buildNaN({ above: 100, inputs: ['x'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });
    await installation.enthrone(model);
    await pause(1_000);
    await withBaseline(findings, scene, installation.http);
    await withoutBaseline(findings, scene, installation);
    return findings;
  },
};

/** Counts answers by status and by who answered, from the last reset on. */
class Answers {
  counts: { [kind: string]: number } = {};
  slowest = 0;
  withoutRetryAfter = 0;

  note({ status, head, sentAt, answeredAt }: TimedAnswer): void {
    const kind =
      status === 200
        ? headerIn(head, 'x-laurel-arm') + (headerIn(head, 'x-laurel-fallback') === 'true' ? ' as fallback' : '')
        : String(status);
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.slowest = Math.max(this.slowest, answeredAt - sentAt);
    if (status === 503 && headerIn(head, 'retry-after') === '') this.withoutRetryAfter += 1;
  }

  reset(): { readonly [kind: string]: number } {
    const { counts } = this;
    this.counts = {};
    this.slowest = 0;
    return counts;
  }
}

function startTraffic(target: Target) {
  const bodies = {
    [healthy]: postJson(`/predict/${endpoint}`, { x: healthy }),
    [trigger]: postJson(`/predict/${endpoint}`, { x: trigger }),
  };
  let x = healthy;
  const answers = new Answers();
  const load = startLoad({
    target,
    rate,
    connections,
    request: () => bodies[x] ?? Buffer.alloc(0),
    onAnswer: (answer) => answers.note(answer),
  });
  return {
    answers,
    load,
    ask: (value: number) => {
      x = value;
    },
  };
}

/** Milliseconds until the metric of the breaker says so. */
async function untilState(target: Target, state: number, patience: number): Promise<number> {
  const startedAt = performance.now();
  const is = async () => totalOf(await metricsOf(target), 'laurel_breaker_state') === state;
  await eventually(is, `the breaker's state is ${state}`, patience);
  return performance.now() - startedAt;
}

async function withBaseline(findings: Findings, { say }: Scene, target: Target): Promise<void> {
  const { pause: firstPause } = defaultBreakerPolicy;
  const traffic = startTraffic(target);
  await pause(2_000);
  findings.must(
    Object.keys(traffic.answers.reset()).join() === 'champion',
    'before anything is bad, not only the champion answers',
  );
  traffic.ask(trigger);
  const opened = await untilState(target, states.open, 5_000);
  say(`opened ${shown(opened)} ms after the first bad row`);
  findings.must(opened <= opensWithin, `the breaker opened after ${shown(opened)} ms, not within ${opensWithin}`);
  traffic.answers.reset();
  await pause(1_000);
  const whileOpen = traffic.answers.reset();
  say(`while open: ${shownCounts(whileOpen)}`);
  findings.must(
    Object.keys(whileOpen).join() === 'baseline as fallback',
    `while open, callers got ${shownCounts(whileOpen)}`,
  );
  // Bad beyond the first probe: the pause doubles.
  await pause(firstPause);
  traffic.ask(healthy);
  const closed = await untilState(target, states.closed, 4 * firstPause);
  const since = opened + 1_000 + firstPause + closed;
  say(`closed ${shown(closed)} ms after rows were good again, ${shown(since)} ms after it had turned bad`);
  const due = opened + firstPause + 2 * firstPause + slack;
  findings.must(since <= due, `the breaker closed after ${shown(since)} ms, its schedule says ${shown(due)}`);
  traffic.answers.reset();
  await pause(1_000);
  const after = traffic.answers.reset();
  findings.must(Object.keys(after).join() === 'champion', `after it has closed, callers got ${shownCounts(after)}`);
  await traffic.load.stop();
  const { statuses } = traffic.load.seen;
  say(`callers got ${shownCounts(statuses)}`);
  findings.must(Object.keys(statuses).join() === '200', `with a baseline, callers got ${shownCounts(statuses)}`);
}

async function withoutBaseline(findings: Findings, { say }: Scene, installation: Installation): Promise<void> {
  const next = await installation.release(
    buildNaN({ above: 100, inputs: ['x'], weights: [-1], bias: 1, classes: ['No', 'Yes'] }),
    'second',
  );
  await (await installation.begin(next, 50, { baseline: null })).crown();
  await pause(1_000);
  const { http } = installation;
  const traffic = startTraffic(http);
  await pause(500);
  traffic.ask(trigger);
  const state = async () => totalOf(await metricsOf(http), 'laurel_breaker_state') > 0;
  await eventually(state, 'the breaker of a version without a baseline opens', 5_000);
  const runs = async () => totalOf(await metricsOf(http), 'nv_inference_exec_count');
  await pause(300);
  say(`until open without a baseline: ${shownCounts(traffic.answers.reset())}`);
  const before = await runs();
  await pause(2_000);
  const { slowest } = traffic.answers;
  const more = (await runs()) - before;
  const whileOpen = traffic.answers.reset();
  await traffic.load.stop();
  say(
    `while open without a baseline: ${shownCounts(whileOpen)}; the graph ran ${more} times; slowest answer ${shown(slowest)} ms`,
  );
  findings.must(Object.keys(whileOpen).join() === '503', `without a baseline, callers got ${shownCounts(whileOpen)}`);
  findings.must(
    traffic.answers.withoutRetryAfter === 0,
    `${traffic.answers.withoutRetryAfter} answers 503 had no Retry-After`,
  );
  findings.must(more === 0, `the graph ran ${more} times while the breaker was open`);
}
