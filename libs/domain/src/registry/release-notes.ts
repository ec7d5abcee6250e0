import { numberText, signedText } from './card/card-text.js';
import type { VersionComparison } from './compare-versions.js';
import type { MetricChange } from './metric-changes.js';
import type { ModelVersion } from './model-version.js';

/** Most columns, parameters and packages that a line of release notes names. */
const named = 8;

/** What a version changed against the one before, one sentence a line; without one, that it is the first. */
export function releaseNotes(
  version: Pick<ModelVersion, 'project' | 'version' | 'semver' | 'metrics'>,
  comparison: VersionComparison | null,
): readonly string[] {
  if (comparison === null) return firstNotes(version);
  const { from, signature } = comparison;
  return [
    `${version.project} ${version.semver} (version ${version.version}), after ${from.semver} (version ${from.version}).`,
    `${signature.bump === 'patch' ? 'Patch' : signature.bump === 'minor' ? 'Minor' : 'Major'}: ${signature.reason}`,
    ...metricLines(comparison),
    ...dataLines(comparison),
    ...listLine(
      'Parameters',
      comparison.parameters?.map(({ what, was, is }) => `${what} ${was ?? 'none'} → ${is ?? 'none'}`),
    ),
    ...listLine('Environment', comparison.environment && environmentItems(comparison.environment)),
    ...listLine(
      'Hardware',
      comparison.hardware?.map(({ what, was, is }) => `${what} ${was ?? 'none'} → ${is ?? 'none'}`),
    ),
    ...codeLines(comparison),
    ...gateLines(comparison),
  ];
}

function firstNotes({ project, version, semver, metrics }: Parameters<typeof releaseNotes>[0]): readonly string[] {
  const measured = Object.entries(metrics).map(([metric, { value }]) => `${metric} ${numberText(value)}`);
  return [
    `${project} ${semver} (version ${version}) is the first version of the model.`,
    ...listLine('Measured on the holdout', measured),
  ];
}

function metricLines({ metrics, sameHoldout }: VersionComparison): readonly string[] {
  const rows = sameHoldout === false ? ' Both were measured on different rows.' : '';
  return metrics.flatMap((change) => {
    const text = metricText(change);
    return text === null ? [] : [`${text}${rows}`];
  });
}

function metricText({ metric, was, is, difference, excludesEquality, verdict }: MetricChange): string | null {
  if (was === null || is === null)
    return is === null ? null : `${metric}: ${numberText(is.value)}, not measured before.`;
  if (difference === null) return null;
  const said = excludesEquality ? verdict : 'equality is not excluded';
  const interval = `${signedText(difference.low)} to ${signedText(difference.high)}`;
  return `${metric}: ${numberText(was.value)} → ${numberText(is.value)} (${signedText(difference.value)}; 95 % ${interval}): ${said}.`;
}

function dataLines({ data }: VersionComparison): readonly string[] {
  if (data === null) return [];
  if (data.same) return [`Data: the same content, ${data.is.rows} rows.`];
  const growth =
    data.was.rows === 0 ? '' : ` (${signedText(((data.is.rows - data.was.rows) / data.was.rows) * 100)} %)`;
  const columns = data.columns
    .filter(({ kind }) => kind === 'added' || kind === 'removed' || kind === 'type')
    .map(({ column, kind }) => `column "${column}" ${kind === 'type' ? 'of another type' : kind}`);
  const moved = data.moved.map(({ column }) => `"${column}"`);
  return [
    `Data: ${data.was.rows} → ${data.is.rows} rows${growth}.`,
    ...listLine('Columns', columns),
    ...listLine('Moved', moved),
  ];
}

function environmentItems({
  added,
  removed,
  changed,
}: NonNullable<VersionComparison['environment']>): readonly string[] {
  return [
    ...changed.map(({ name, was, is }) => `${name} ${was} → ${is}`),
    ...added.map(({ name, version }) => `${name} ${version} added`),
    ...removed.map(({ name, version }) => `${name} ${version} removed`),
  ];
}

function codeLines({ code }: VersionComparison): readonly string[] {
  if (code.was.commit === code.is.commit) return code.same === false ? ['Code: changed without a commit.'] : [];
  const short = (commit: string | null) => commit?.slice(0, 12) ?? 'none';
  return [`Code: commit ${short(code.was.commit)} → ${short(code.is.commit)}.`];
}

function gateLines({ gates }: VersionComparison): readonly string[] {
  const failed = gates.filter(({ is }) => is !== null && is.state !== 'pass').map(({ gate }) => gate);
  return listLine('Gates that did not pass', failed);
}

function listLine(label: string, items: readonly string[] | null | undefined): readonly string[] {
  if (!items || items.length === 0) return [];
  const more = items.length > named ? ` and ${items.length - named} more` : '';
  return [`${label}: ${items.slice(0, named).join(', ')}${more}.`];
}
