import type { RolloutOutcomeView } from '@laurel/contracts/schemas';
import { renderTable } from '../output/table.js';
import { dash } from '../output/text.js';

/** Why a rollout ended as it did, and the last look at each metric. */
export function outcomeText({ headline, because, evidence, looks, series }: RolloutOutcomeView): string {
  const reasons = because.map((sentence) => `  ${sentence}`);
  const rows = series.map(({ metric, role, points }) => {
    const last = points.at(-1);
    return [
      metric,
      role,
      numberText(last?.champion),
      numberText(last?.challenger),
      String(last?.n ?? 0),
      last?.state ?? dash,
    ];
  });
  const table = renderTable(['metric', 'role', 'champion', 'challenger', 'observations', 'state'], rows);
  const rests = `${looks} looks are stored; what decided: ${evidence.join(', ') || 'nothing yet'}.`;
  return [headline, ...reasons, ...(rows.length === 0 ? [] : ['', table]), '', rests].join('\n');
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? dash : String(Number(value.toPrecision(4)));
}
