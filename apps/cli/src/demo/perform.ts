import { LaurelError } from '@laurel/contracts';
import type { SplitView, VersionView } from '@laurel/contracts/schemas';
import type { RunningStack } from '@laurel/dev';
import type { ModelProject, Row } from '@laurel/domain';
import type { ApiClient } from '../client/api-client.js';
import { type Act, acts, projectOf, unseen } from './acts.js';
import { type Random, seededRandom } from './random.js';
import { checkInvariants, type Restoration } from './report/invariants.js';
import { type DemoReport, type EndedRollout, promotionOf, rollbackOf, trafficOf, versionRow } from './report/report.js';
import { type Story, tellStory } from './story.js';
import { generateRows } from './traffic/generator.js';
import type { LabelledRow } from './traffic/labelled-row.js';
import { type Ledger, openLedger } from './traffic/ledger.js';
import { type Load, startLoad } from './traffic/load.js';
import { fitReference } from './traffic/reference.js';
import { openSource, type TrafficSource } from './traffic/source.js';

const seed = 20_260_101;

/** What a performance needs. */
export interface Stage {
  readonly api: ApiClient;
  readonly stack: RunningStack;
  readonly project: ModelProject;
  /** Folder of the example: where its trainer lies. */
  readonly folder: string;
  readonly heldOut: readonly LabelledRow[];
  readonly perSecond: number;
  readonly say: (line: string) => void;
}

interface Played {
  readonly version: VersionView;
  readonly ended: EndedRollout;
  readonly restoration: Restoration | null;
}

/** Plays the acts one after the other under continuous traffic and reports what was seen. */
export async function perform(stage: Stage): Promise<DemoReport> {
  const startedAt = new Date();
  const story = tellStory(stage.api, stage.say);
  const ledger = openLedger();
  const random = seededRandom(seed);
  const source = openTraffic(stage, random);
  let load: Load | undefined;
  const played: Played[] = [];
  try {
    for (const [index, act] of acts.entries()) {
      stage.say(`\n${index + 1}. ${act.title}`);
      played.push(await playAct({ stage, story, source, random }, act));
      load ??= startLoad(loadOptions(stage, source, ledger));
    }
  } finally {
    await load?.stop();
  }
  const splits = await story.splits(stage.project.spec.serving.endpoint);
  return {
    ...reportOf(stage, played, { ledger, splits }),
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1_000,
  };
}

function openTraffic({ heldOut, project }: Stage, random: Random): TrafficSource {
  const positive = project.spec.data.target.positive ?? '';
  const negative = heldOut.find(({ truth }) => truth !== positive)?.truth ?? '';
  const reference = fitReference(heldOut, positive);
  return openSource({
    heldOut,
    random,
    generated: generateRows(heldOut, reference, { random, classes: { positive, negative } }),
  });
}

function loadOptions({ api, stack, project, perSecond }: Stage, source: TrafficSource, ledger: Ledger) {
  const { serving, rollout, data } = project.spec;
  return {
    servingUrl: stack.urls.serving,
    endpoint: serving.endpoint,
    stickyKey: rollout.stickyKey ?? data.key ?? 'id',
    perSecond,
    source,
    ledger,
    feedBack: async (items: readonly { readonly predictionId: string; readonly label: string }[]) => {
      await api.post('feedback', { items: items.map((item) => ({ ...item, source: 'demo' })) });
    },
  };
}

type Scene = { readonly stage: Stage; readonly story: Story; readonly source: TrafficSource; readonly random: Random };

async function playAct({ stage, story, source, random }: Scene, act: Act): Promise<Played> {
  const { say, folder } = stage;
  const project = projectOf(stage.project, act);
  const { endpoint } = project.spec.serving;
  await story.apply(project, folder);
  const before = act.expected === 'rolledBack' ? await story.picture(endpoint, project.metadata.name) : null;
  const version = await story.train(project.metadata.name);
  say(`  registered as v${version.version} (${version.semver}): ${headline(version)}`);
  if (!version.gatesPassed) {
    throw new LaurelError(
      'GateFailed',
      `v${version.version} failed its gates: ${version.gates
        .filter(({ state }) => state !== 'pass')
        .map(({ message }) => message)
        .join('; ')}`,
    );
  }
  const rollout = await story.rolloutOf(endpoint, version.version);
  source.beginRollout(rollout.incarnation);
  const ended = await story.follow(rollout, (split) => {
    say(`  ${splitText(split)}`);
    const live = split.arms.some(({ role, weight }) => role === 'challenger' && weight > 0);
    if (live && act.unseenShare > 0) source.shift((row) => withUnseen(row, random, act.unseenShare));
  });
  source.shift(null);
  say(`  ${ended.rollout.status}${ended.rollout.cause === null ? '' : `: ${ended.rollout.cause}`}`);
  if (ended.rollout.status !== act.expected) {
    throw new LaurelError(
      'Conflict',
      `this act should end ${act.expected}, and it ended ${ended.rollout.status}; see laurel describe rollout ${rollout.id}.`,
    );
  }
  if (before === null) return { version, ended, restoration: null };
  const after = withoutVersion(await story.picture(endpoint, project.metadata.name), version.version);
  return { version, ended, restoration: { rollout: rollout.id, before, after } };
}

/** The new version itself did not exist before; what it left behind is compared without it. */
function withoutVersion(picture: Restoration['after'], version: number): Restoration['after'] {
  const { [String(version)]: stage, ...stages } = picture.stages;
  return stage === 'None' ? { ...picture, stages } : picture;
}

/** Some live customers pay in a way that no stored row knows; it says nothing about whether they leave. */
function withUnseen(row: LabelledRow, random: Random, share: number): LabelledRow {
  if (random.next() >= share) return row;
  const changed: Row = { ...row.row, [unseen.column]: unseen.value };
  return { ...row, row: changed };
}

function splitText({ arms, shadow }: SplitView): string {
  const shares = arms.map(({ role, version, weight }) => `v${version} ${weight} % (${role})`).join(', ');
  return shadow === null ? shares : `${shares}; copies of ${shadow.sample} % to v${shadow.version} in the shadow`;
}

function headline({ metrics }: VersionView): string {
  return ['rocAuc', 'accuracy'].map((name) => `${name} ${metrics[name]?.value.toFixed(3) ?? 'unknown'}`).join(', ');
}

function reportOf(
  { stack }: Stage,
  played: readonly Played[],
  seen: { readonly ledger: Ledger; readonly splits: readonly SplitView[] },
): Omit<DemoReport, 'startedAt' | 'seconds'> {
  const { entries } = seen.ledger;
  const promoted = played.filter(({ ended }) => ended.rollout.status === 'promoted');
  const turned = played.filter(({ ended }) => ended.rollout.status === 'rolledBack');
  return {
    versions: played.map(({ version, ended }) => versionRow(version, ended.rollout.status)),
    promotions: promoted.map(({ ended }) => promotionOf(ended)),
    rollbacks: turned.map(({ ended }) => rollbackOf(ended, entries)),
    requests: seen.ledger.counts(),
    invariants: checkInvariants({
      entries,
      splits: seen.splits,
      reigns: reignsOf(promoted),
      restorations: played.flatMap(({ restoration }) => (restoration === null ? [] : [restoration])),
    }),
    traffic: trafficOf(entries),
    urls: { 'API docs': stack.urls.docs, 'Temporal UI': stack.urls.temporalUi, serving: stack.urls.serving },
  };
}

function reignsOf(promoted: readonly Played[]) {
  const crowned = promoted.map(({ ended }) => ({
    champion: ended.rollout.challenger,
    from: Date.parse(ended.evidence.find(({ kind }) => kind === 'crowning')?.at ?? ended.rollout.startedAt),
  }));
  return crowned.map((reign, index) => ({ ...reign, to: crowned[index + 1]?.from ?? null }));
}
