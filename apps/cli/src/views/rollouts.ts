import { LaurelError } from '@laurel/contracts';
import type { EvidenceView, RolloutView } from '@laurel/contracts/schemas';
import type { Printer } from '../output/printer.js';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash, tookText } from '../output/text.js';
import type { ResourceView } from './resource-view.js';
import { stepText } from './rollout-step.js';

/** Looks shown by describe, newest last. */
const shownEvidence = 10;

export const rollouts: ResourceView = {
  name: 'ENDPOINT/NUMBER',
  names: (text) => text.includes('/'),
  list: async ({ api, now, printer }, { of, limit }) => {
    const path = of === undefined ? 'rollouts' : `endpoints/${encodeURIComponent(of)}/rollouts`;
    const items = await api.list<RolloutView>(path, limit);
    return {
      data: items,
      human: () =>
        renderTable(
          ['rollout', 'challenger', 'champion', 'status', 'step', 'started', 'took', 'cause'],
          items.map((item) => [
            item.id,
            `version ${item.challenger.version}`,
            item.champion === null ? dash : `version ${item.champion.version}`,
            statusText(printer, item),
            stepText(item),
            agoText(item.startedAt, now),
            tookText(item.startedAt, item.endedAt, now),
            item.cause ?? dash,
          ]),
        ),
    };
  },
  find: async ({ api, now, printer }, name) => {
    const { endpoint, incarnation } = rolloutName(name);
    const item = await api.get<RolloutView>(`endpoints/${endpoint}/rollouts/${incarnation}`);
    const { items: evidence } = await api.get<{ readonly items: readonly EvidenceView[] }>(
      `rollouts/${endpoint}/${incarnation}/evidence`,
    );
    return { data: { ...item, evidence }, human: () => describe({ item, evidence }, { now, printer }) };
  },
};

/** Endpoint and number in `churn/3`. Error: `InvalidInput`. */
function rolloutName(name: string): { readonly endpoint: string; readonly incarnation: number } {
  const match = /^([a-z0-9-]+)\/([1-9]\d*)$/.exec(name);
  if (match === null) {
    throw new LaurelError('InvalidInput', `"${name}" names no rollout; write ENDPOINT/NUMBER, as in churn/3.`);
  }
  return { endpoint: String(match[1]), incarnation: Number(match[2]) };
}

function describe(
  { item, evidence }: { readonly item: RolloutView; readonly evidence: readonly EvidenceView[] },
  { now, printer }: { readonly now: number; readonly printer: Printer },
): string {
  const fields = renderFields([
    ['Rollout', item.id],
    ['Challenger', `version ${item.challenger.version} (${item.challenger.semver})`],
    ['Champion', item.champion === null ? 'none before' : `version ${item.champion.version} (${item.champion.semver})`],
    ['Status', statusText(printer, item)],
    ['Step', stepText(item)],
    ['Cause', item.cause ?? dash],
    ...(item.hold === null
      ? []
      : [['Paused', `by ${item.hold.by} ${agoText(item.hold.at, now)}: ${item.hold.reason}`] as const]),
    ['Started', agoText(item.startedAt, now)],
    ['Took', tookText(item.startedAt, item.endedAt, now)],
  ]);
  const rows = evidence
    .slice(-shownEvidence)
    .map(({ at, kind, step, decision }) => [
      agoText(at, now),
      kind,
      step === null ? dash : String(step + 1),
      printer.tint(
        decision.verdict === 'pass' ? 'green' : decision.verdict === 'fail' ? 'red' : 'yellow',
        decision.verdict,
      ),
      decision.action,
      [...decision.reasons, ...decision.metrics].join(', ') || dash,
    ]);
  const table = renderTable(['evidence', 'kind', 'step', 'verdict', 'action', 'reasons'], rows);
  return rows.length === 0 ? fields : `${fields}\n\n${table}`;
}

function statusText(printer: Printer, { status }: RolloutView): string {
  if (status === 'promoted') return printer.tint('green', status);
  if (status === 'running') return printer.tint('cyan', status);
  return printer.tint(status === 'superseded' ? 'yellow' : 'red', status);
}
