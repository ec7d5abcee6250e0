import { setTimeout as pause } from 'node:timers/promises';
import { inputName } from '../../bench/serving/fixtures.js';
import type { Target } from '../../bench/serving/http-connection.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { endpoint, type Installation, openInstallation } from './installation.js';
import { type LoadOptions, loadFor, type Seen } from './load.js';
import { MemoryWatch } from './memory.js';
import { postJson } from './requests.js';
import { dribbleHeaders, neverRead, type SlowCallers, stallBodies } from './slow-callers.js';
import { lies, tell } from './smuggling.js';
import { Findings, needsPunctual, type Scene, type Story, shown, shownCounts } from './story.js';

const fullCallers = 500;
const rate = 200;
const connections = 16;
/** The limits of the HTTP server, seconds; it looks each second. */
const longest = { headers: 5, bodies: 30, readers: 45 } as const;
const lateness = 2;
/** Until those who never read are stuck. */
const fillSeconds = 26;
const windowSeconds = 15;
const mostSlower = 1.1;
/** Of two windows on a machine that does other things, milliseconds. */
const noise = 2;
/** MiB: of everything, and for each reader that is stuck with a few answers of 200 kB. */
const [mostGrowth, mostPerReader] = [64, 4];

type Kinds = Record<keyof typeof longest, SlowCallers>;

/** Hundreds of callers that send slowly, stall, or never read. */
export const slowCallers: Story = {
  letter: 'E',
  title: 'slow callers are cut off and felt by nobody; requests that lie about their end are refused',
  play: async (scene) => {
    const findings = new Findings();
    await using installation = await openInstallation(scene, 1);
    const spec = { inputs: [inputName], weights: [-1], bias: 0, classes: ['No', 'Yes'], label: 'index' } as const;
    await installation.enthrone(buildClassifier(spec));
    await pause(1_000);
    const { http } = installation;
    const request = postJson(`/predict/${endpoint}`, { [inputName]: 0.5 });
    const load: LoadOptions = { target: http, rate, connections, request: () => request };
    await loadFor(3, load);
    const before = await loadFor(windowSeconds, load);
    await press(findings, { scene, installation, load, before });
    await refusesLies(findings, scene, http);
    return findings;
  },
};

interface Pressed {
  readonly scene: Scene;
  readonly installation: Installation;
  readonly load: LoadOptions;
  readonly before: Seen;
}

/** Lets all kinds of slow callers at the server while others are served. */
async function press(findings: Findings, { scene, installation, load, before }: Pressed): Promise<void> {
  const { http, processes } = installation;
  const count = Math.ceil((fullCallers * Math.max(scene.scale, 0.1)) / 3);
  const memory = new MemoryWatch(processes);
  const kinds: Kinds = {
    headers: dribbleHeaders(http, count),
    bodies: stallBodies(http, count),
    readers: neverRead(http, count),
  };
  const filling = await loadFor(fillSeconds, load);
  const during = await loadFor(windowSeconds, load);
  await pause((longest.readers + lateness - windowSeconds) * 1_000);
  memory.stop();
  judgeNormal(findings, scene, { before, filling, during });
  judgeLives(findings, scene, { kinds, count });
  for (const callers of Object.values(kinds)) callers.stop();
  const grown = memory.peak() - memory.first();
  const most = mostGrowth + count * mostPerReader;
  scene.say(`memory ${shown(memory.first())} → ${shown(memory.peak())} MiB at most`);
  findings.must(grown <= most, `memory grew by ${shown(grown)} MiB, more than ${most}`);
}

function judgeNormal(findings: Findings, { say }: Scene, windows: Record<'before' | 'filling' | 'during', Seen>): void {
  const tail = (seen: Seen) => seen.latencies.at(0.99);
  const { before, filling, during } = windows;
  needsPunctual(findings, before.lag);
  needsPunctual(findings, during.lag);
  say(
    `others: p99 ${shown(tail(before))} ms before, ${shown(tail(filling))} ms while the readers fill up, ${shown(tail(during))} ms with all of them; p50 ${shown(before.latencies.at(0.5))}, ${shown(filling.latencies.at(0.5))}, ${shown(during.latencies.at(0.5))}`,
  );
  for (const { statuses } of Object.values(windows)) {
    findings.must(Object.keys(statuses).join() === '200', `others got ${shownCounts(statuses)}`);
  }
  findings.must(
    tail(during) <= mostSlower * tail(before) + noise,
    `p99 of others rose from ${shown(tail(before))} to ${shown(tail(during))} ms`,
  );
}

function judgeLives(findings: Findings, { say }: Scene, { kinds, count }: { kinds: Kinds; count: number }): void {
  for (const kind of ['headers', 'bodies', 'readers'] as const) {
    const callers = kinds[kind];
    const seconds = callers.longest() / 1_000;
    say(
      `slow ${kind}: ${count} callers, ${callers.opened()} connections, ${callers.ended()} ended by the server, the slowest after ${shown(seconds)} s`,
    );
    findings.needs(callers.opened() >= count, `only ${callers.opened()} slow ${kind} were opened`);
    findings.must(callers.ended() > 0, `no slow ${kind} were ended`);
    const most = longest[kind] + lateness;
    findings.must(seconds <= most, `slow ${kind} were let live for ${shown(seconds)} s, more than ${most}`);
  }
}

async function refusesLies(findings: Findings, { say }: Scene, target: Target): Promise<void> {
  let refused = 0;
  for (const [lie, text] of Object.entries(lies)) {
    const statuses = await tell(target, text);
    const isRefused = statuses.join() === '400';
    if (isRefused) refused += 1;
    findings.must(isRefused, `${lie} was answered with ${statuses.join(', ') || 'nothing'}, not 400`);
  }
  say(`lies about the end of a request: ${refused} of ${Object.keys(lies).length} refused with 400`);
}
