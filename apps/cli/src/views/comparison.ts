import type { VersionComparisonView } from '@laurel/contracts/schemas';
import type { Printer } from '../output/printer.js';
import { renderFields, renderTable } from '../output/table.js';
import { dash, numberText, plainText, shortDigest } from '../output/text.js';

type Comparison = VersionComparisonView;
type Fact = NonNullable<Comparison['parameters']>[number];

/** A comparison as a person reads it; parts without a difference say so in a line. */
export function comparisonText(comparison: Comparison, printer: Printer): string {
  const { model, from, to, signature } = comparison;
  const head = renderFields([
    ['From', `${model}/${from.version} (${from.semver}, ${shortDigest(from.digest)})`],
    ['To', `${model}/${to.version} (${to.semver}, ${shortDigest(to.digest)})`],
    ['SemVer', `${signature.bump}: ${plainText(signature.reason)}`],
    ['Code', codeText(comparison)],
  ]);
  const parts = [
    head,
    metricsText(comparison, printer),
    signatureText(comparison),
    gatesText(comparison, printer),
    calibrationText(comparison),
    factsText('Parameters', comparison.parameters),
    ...dataTexts(comparison),
    environmentText(comparison),
    factsText('Hardware', comparison.hardware),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function metricsText({ metrics, sameHoldout }: Comparison, printer: Printer): string {
  if (metrics.length === 0) return 'Metrics: nothing was measured.';
  const rows = metrics.map(({ metric, was, is, difference, excludesEquality, verdict }) => [
    metric,
    was === null ? dash : numberText(was.value),
    is === null ? dash : numberText(is.value),
    difference === null ? dash : signed(difference.value),
    difference === null ? dash : `${signed(difference.low)} to ${signed(difference.high)}`,
    difference === null ? dash : excludesEquality ? 'excluded' : 'possible',
    printer.tint(verdict === 'better' ? 'green' : verdict === 'worse' ? 'red' : 'yellow', verdict),
  ]);
  const table = renderTable(['metric', 'from', 'to', 'difference', '95 % interval', 'equality', 'verdict'], rows);
  if (sameHoldout === null) return table;
  const said = sameHoldout
    ? 'Both were measured on the same rows: the intervals are wider than they need be.'
    : 'They were measured on different rows.';
  return `${table}\n${said}`;
}

function signatureText({ signature }: Comparison): string {
  if (signature.changes.length === 0) return 'Signature: no difference.';
  const rows = signature.changes.map(({ change, subject, was, is, bump }) => [
    bump,
    change,
    plainText(subject ?? dash),
    plainText(was ?? dash),
    plainText(is ?? dash),
  ]);
  return renderTable(['bump', 'change', 'of', 'from', 'to'], rows);
}

function gatesText({ gates }: Comparison, printer: Printer): string {
  if (gates.length === 0) return 'Gates: none are declared.';
  const text = (side: Comparison['gates'][number]['was']) => {
    if (side === null) return dash;
    const observed = side.observed === null ? '' : ` (${numberText(side.observed)})`;
    return `${printer.tint(side.state === 'pass' ? 'green' : 'red', side.state)}${observed}`;
  };
  return renderTable(
    ['gate', 'from', 'to'],
    gates.map(({ gate, was, is }) => [plainText(gate), text(was), text(is)]),
  );
}

function calibrationText({ calibration }: Comparison): string {
  if (calibration === null) return 'Calibration: not recorded for both.';
  const text = (side: NonNullable<Comparison['calibration']>['bins'][number]['was']) =>
    side === null ? dash : `${numberText(side.meanPredicted)} / ${numberText(side.observedRate)} (${side.count})`;
  return renderTable(
    ['probability', 'from: predicted / observed (rows)', 'to: predicted / observed (rows)'],
    calibration.bins.map(({ low, high, was, is }) => [
      `${numberText(low)} to ${numberText(high)}`,
      text(was),
      text(is),
    ]),
  );
}

function factsText(label: string, facts: readonly Fact[] | null): string {
  if (facts === null) return `${label}: not recorded for both.`;
  if (facts.length === 0) return `${label}: no difference.`;
  const rows = facts.map(({ what, was, is }) => [plainText(what), plainText(was ?? dash), plainText(is ?? dash)]);
  return renderTable([label, 'from', 'to'], rows);
}

function dataTexts({ data }: Comparison): readonly string[] {
  if (data === null) return ['Data: not recorded for both.'];
  const { was, is } = data;
  const side = (point: typeof was) => `${point.dataset}/${point.version} (${shortDigest(point.digest)})`;
  if (data.same) return [`Data: the same, ${side(is)}, ${is.rows} rows.`];
  const counts = renderTable(
    ['data', 'from', 'to'],
    [
      ['version', side(was), side(is)],
      ['rows', String(was.rows), String(is.rows)],
      ['columns', String(was.columns), String(is.columns)],
    ],
  );
  const columns = data.columns.map(({ column, kind, from, to }) => [
    plainText(column),
    kind,
    plainText(from ?? dash),
    plainText(to ?? dash),
  ]);
  const moved = data.moved.map(({ column, mean, missing }) => [
    plainText(column),
    mean === null ? dash : `${numberText(mean.was)} to ${numberText(mean.is)}`,
    mean === null ? dash : signed(mean.inDeviations),
    missing === null ? dash : `${numberText(missing.was * 100)} % to ${numberText(missing.is * 100)} %`,
  ]);
  return [
    counts,
    columns.length === 0 ? '' : renderTable(['column', 'change', 'from', 'to'], columns),
    moved.length === 0 ? 'Statistics: none moved.' : renderTable(['moved', 'mean', 'deviations', 'missing'], moved),
  ];
}

function environmentText({ environment }: Comparison): string {
  if (environment === null) return 'Environment: no lock is recorded for both.';
  const rows = [
    ...environment.changed.map(({ name, was, is }) => [name, 'changed', was, is]),
    ...environment.added.map(({ name, version }) => [name, 'added', dash, version]),
    ...environment.removed.map(({ name, version }) => [name, 'removed', version, dash]),
  ];
  if (rows.length === 0) return 'Environment: no difference.';
  return renderTable(
    ['package', 'change', 'from', 'to'],
    rows.map((row) => row.map(plainText)),
  );
}

function codeText({ code }: Comparison): string {
  const side = ({ commit, dirty }: Comparison['code']['was']) =>
    commit === null ? 'no commit' : `${commit.slice(0, 12)}${dirty ? ' (with changes)' : ''}`;
  const files = code.same === null ? '' : code.same ? ', the same files' : ', other files';
  return `${side(code.was)} to ${side(code.is)}${files}`;
}

function signed(value: number): string {
  return value > 0 ? `+${numberText(value)}` : numberText(value);
}
