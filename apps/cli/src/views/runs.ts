import type { AttemptView, RunView } from '@laurel/contracts/schemas';
import { isRunId } from '../input/run-id.js';
import type { Printer } from '../output/printer.js';
import { renderFields, renderTable } from '../output/table.js';
import { agoText, dash, numberText, tookText } from '../output/text.js';
import { attemptsTable, endText, paceText } from './attempts.js';
import type { ResourceView } from './resource-view.js';

/** Attempts shown of a run, newest first. */
const mostAttempts = 50;

export const runs: ResourceView = {
  name: 'RUN',
  names: isRunId,
  list: async ({ api, now, printer }, { of, limit }) => {
    const path = of === undefined ? 'runs' : `projects/${encodeURIComponent(of)}/runs`;
    const items = await api.list<RunView>(path, limit);
    return {
      data: items,
      human: () =>
        renderTable(
          ['run', 'project', 'status', 'step', 'progress', 'version', 'started', 'took'],
          items.map((run) => [
            run.runId,
            run.project,
            statusText(printer, run),
            run.step ?? dash,
            progressText(run),
            run.version === null ? dash : String(run.version),
            agoText(run.startedAt, now),
            tookText(run.startedAt, run.endedAt, now),
          ]),
        ),
    };
  },
  find: async ({ api, now, printer }, name) => {
    const run = await api.get<RunView>(`runs/${encodeURIComponent(name)}`);
    const attempts = await api.list<AttemptView>(`runs/${encodeURIComponent(name)}/attempts`, mostAttempts);
    return { data: { ...run, attempts }, human: () => describe(run, { attempts, now, printer }) };
  },
};

function describe(
  run: RunView,
  {
    attempts,
    now,
    printer,
  }: { readonly attempts: readonly AttemptView[]; readonly now: number; readonly printer: Printer },
): string {
  const fields: [string, string][] = [
    ['Run', run.runId],
    ['Project', run.project],
    ['Trigger', run.trigger],
    ['Status', statusText(printer, run)],
    ['Step', run.step ?? dash],
    ['Progress', progressText(run)],
    ...paceFields(run),
    ['Version', run.version === null ? dash : String(run.version)],
    ['Started', agoText(run.startedAt, now)],
    ['Took', tookText(run.startedAt, run.endedAt, now)],
  ];
  if (run.status === 'repeated') fields.push(['Result', run.message ?? dash]);
  if (run.code !== null) fields.push(['Reason', `${run.code}: ${run.message ?? ''}`]);
  const anomalies = run.anomalies.map(({ severity, column, code, message }) => [
    severity,
    column ?? dash,
    code,
    message,
  ]);
  const found = anomalies.length === 0 ? '' : `\n\n${renderTable(['anomaly', 'column', 'code', 'message'], anomalies)}`;
  const starts = attempts.length === 0 ? '' : `\n\n${attemptsTable(attempts, now)}`;
  const ended = attempts.find(({ cause }) => cause !== null && cause !== 'done' && cause !== 'stopped');
  return `${renderFields(fields)}${found}${starts}${ended === undefined ? '' : `\n\n${endText(ended)}`}`;
}

function paceFields({ status, progress }: RunView): readonly [string, string][] {
  if (status !== 'running' || progress === null) return [];
  const pace = paceText(progress);
  return pace === '' ? [] : [['Trainer', pace]];
}

/** The trainer's own progress, as `150/300 logloss=0.41`. */
export function progressText({ progress }: Pick<RunView, 'progress'>): string {
  if (progress === null) return dash;
  const metrics = Object.entries(progress.metrics).map(([name, value]) => `${name}=${numberText(value)}`);
  const of = progress.totalSteps === null ? '' : `/${progress.totalSteps}`;
  return [`${progress.step}${of}`, ...metrics].join(' ');
}

function statusText(printer: Printer, { status }: RunView): string {
  if (status === 'registered' || status === 'repeated') return printer.tint('green', status);
  if (status === 'running') return printer.tint('cyan', status);
  return printer.tint(status === 'cancelled' ? 'yellow' : 'red', status);
}
