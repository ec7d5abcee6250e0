import type { SweepResultsView, SweepView, TrialView } from '@laurel/contracts/schemas';
import { isRunId } from '../input/run-id.js';
import type { Printer } from '../output/printer.js';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash, numberText, tookText } from '../output/text.js';
import type { ResourceView } from './resource-view.js';

export const sweeps: ResourceView = {
  name: 'SWEEP',
  names: isRunId,
  list: async ({ api, now, printer }, { of, limit }) => {
    const path = of === undefined ? 'sweeps' : `projects/${encodeURIComponent(of)}/sweeps`;
    const items = await api.list<SweepView>(path, limit);
    return {
      data: items,
      human: () =>
        renderTable(
          ['sweep', 'project', 'status', 'algorithm', 'trials', 'version', 'asked', 'took'],
          items.map((sweep) => [
            sweep.runId,
            sweep.project,
            statusText(printer, sweep),
            sweep.algorithm,
            String(sweep.trials),
            sweep.version === null ? dash : String(sweep.version),
            agoText(sweep.askedAt, now),
            tookText(sweep.askedAt, sweep.endedAt, now),
          ]),
        ),
    };
  },
  find: async ({ api, now, printer }, name) => {
    const results = await api.get<SweepResultsView>(`sweeps/${encodeURIComponent(name)}`);
    return { data: results, human: () => renderResults(results, { now, printer }) };
  },
};

/** The results page as text: where it stands, the best trial, the front where there are several goals, importance. */
export function renderResults(
  results: SweepResultsView,
  { now, printer }: { readonly now: number; readonly printer: Printer },
): string {
  const { best, version, message, code, endedAt, askedAt } = results;
  const fields: [string, string][] = [
    ['Sweep', results.runId],
    ['Project', results.project],
    ['Status', statusText(printer, results)],
    ['Algorithm', `${results.algorithm}, ${results.parallel} at a time`],
    ['Goals', results.objectives.map(({ metric, goal }) => `${goal} ${metric}`).join(', ')],
    ['Trials', countsText(results)],
    ['Steps', numberText(results.steps)],
    ['Took', tookText(askedAt, endedAt, now)],
  ];
  if (results.gpuSeconds > 0) fields.push(['GPU hours', numberText(results.gpuSeconds / 3_600)]);
  if (version !== null) fields.push(['Version', String(version)]);
  if (best !== null) fields.push(['Best', `trial ${best.number}: ${parametersText(best)}`]);
  if (message !== null) fields.push(['Reason', code === null ? message : `${code}: ${message}`]);
  const front = results.objectives.length > 1 ? [renderTrials(results.front, results)] : [];
  return [renderFields(fields), ...front, ...results.importance.map(renderImportance)].join('\n\n');
}

/** Trials, one a line. */
export function renderTrials(trials: readonly TrialView[], { objectives }: Pick<SweepView, 'objectives'>): string {
  return renderTable(
    ['trial', 'state', ...objectives.map(({ metric }) => metric), 'steps', 'parameters', 'reason'],
    trials.map((trial) => [
      String(trial.number),
      trial.state,
      ...objectives.map((_, index) => numberOrDash(trial.values?.[index])),
      String(trial.steps),
      parametersText(trial),
      trial.message ?? dash,
    ]),
  );
}

/** Such as `12 of 40 ended (9 complete, 3 pruned), 4 running`. */
export function countsText({ counts, trials }: Pick<SweepResultsView, 'counts' | 'trials'>): string {
  const { running, ...ends } = counts;
  const told = Object.entries(ends).filter(([, count]) => count > 0);
  const ended = told.reduce((sum, [, count]) => sum + count, 0);
  const how = told.length === 0 ? '' : ` (${told.map(([state, count]) => `${count} ${state}`).join(', ')})`;
  return `${ended} of ${trials} ended${how}${running > 0 ? `, ${running} running` : ''}`;
}

/** The best trial's values, as `rocAuc 0.8412 in trial 7`. */
export function bestText({ best, objectives }: Pick<SweepResultsView, 'best' | 'objectives'>): string {
  if (best === null) return 'no complete trial yet';
  const values = objectives.map(({ metric }, index) => `${metric} ${numberOrDash(best.values?.[index])}`);
  return `${values.join(', ')} in trial ${best.number}`;
}

function renderImportance({ objective, shares }: SweepResultsView['importance'][number]): string {
  const rows = shares.map(({ parameter, share }) => [parameter, `${Math.round(share * 100)} %`]);
  return renderTable([`importance for ${objective}`, 'share'], rows);
}

function parametersText({ parameters }: TrialView): string {
  const texts = Object.entries(parameters).map(
    ([name, value]) => `${name}=${typeof value === 'number' ? numberText(value) : String(value)}`,
  );
  return texts.join(' ');
}

function numberOrDash(value: number | undefined): string {
  return value === undefined ? dash : numberText(value);
}

function statusText(printer: Printer, { status }: Pick<SweepView, 'status'>): string {
  if (status === 'registered') return printer.tint('green', status);
  if (status === 'running' || status === 'asked') return printer.tint('cyan', status);
  return printer.tint(status === 'cancelled' ? 'yellow' : 'red', status);
}
