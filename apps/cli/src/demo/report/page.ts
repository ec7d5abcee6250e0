import { metricsPlot, trafficPlot } from './plots.js';
import type { DemoReport } from './report.js';

const shownMetrics = ['rocAuc', 'accuracy', 'f1', 'prAuc'] as const;

/** The report as one self-contained HTML page: no script, no font, no picture from elsewhere. */
export function reportPage(report: DemoReport): string {
  const { requests, invariants } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Laurel demo</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
  th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
  figure { margin: 1rem 0; background: #fff; border-radius: 6px; padding: .5rem; overflow-x: auto; }
  figcaption { color: #333; font-size: .85rem; }
  code { font-size: .85em; overflow-wrap: anywhere; }
</style>
<h1>A model's life in ${Math.round(report.seconds)} seconds</h1>
<p>${requests.sent} requests sent, ${requests.answered} answered, <strong>${requests.failed} failed</strong>.</p>
<figure>${trafficPlot(report)}<figcaption>Answers per second by version; lines mark promotions and the breach.</figcaption></figure>
<h2>Versions</h2>
${table(
  ['version', 'SemVer', ...shownMetrics, 'what became of it'],
  report.versions.map(({ version, semver, metrics, verdict }) => [
    `v${version}`,
    semver,
    ...shownMetrics.map((name) => interval(metrics[name])),
    verdict,
  ]),
)}
<figure>${metricsPlot(report, shownMetrics)}<figcaption>On the rows held out of training.</figcaption></figure>
<h2>Promotions</h2>
${table(
  ['rollout', 'version', 'took', 'stored evidence'],
  report.promotions.map(({ rollout, version, seconds, evidence }) => [
    rollout,
    `v${version}`,
    `${seconds.toFixed(1)} s`,
    code(evidence),
  ]),
)}
<h2>Rollbacks</h2>
${table(
  ['rollout', 'version', 'cause', 'breach to last answer', 'challenger answers', 'evidence'],
  report.rollbacks.map((row) => [
    row.rollout,
    `v${row.version}`,
    row.cause,
    `${row.secondsToZeroTraffic.toFixed(2)} s`,
    String(row.challengerAnswers),
    code([row.evidenceId]),
  ]),
)}
<h2>Invariants, checked on the recorded traffic</h2>
${table(
  ['', 'what must hold', 'checks', 'violations'],
  Object.entries(invariants).map(([name, { statement, checked, violations, examples }]) => [
    name,
    statement,
    String(checked),
    violations === 0 ? '0' : `${violations}: ${examples.join('; ')}`,
  ]),
)}
<h2>Where to look</h2>
<ul>${Object.entries(report.urls)
    .map(([name, url]) => `<li>${escape(name)}: <a href="${escape(url)}">${escape(url)}</a></li>`)
    .join('')}</ul>
</html>
`;
}

const marked = Symbol('html');
type Html = { readonly [marked]: string };

function code(items: readonly string[]): Html {
  return { [marked]: items.map((item) => `<code>${escape(item)}</code>`).join('<br>') };
}

function table(head: readonly string[], rows: readonly (readonly (string | Html)[])[]): string {
  const cell = (content: string | Html) => (typeof content === 'string' ? escape(content) : content[marked]);
  const body = rows.map((row) => `<tr>${row.map((content) => `<td>${cell(content)}</td>`).join('')}</tr>`).join('\n');
  return `<table><tr>${head.map((name) => `<th>${escape(name)}</th>`).join('')}</tr>\n${body}</table>`;
}

function interval(
  estimate: { readonly value: number; readonly low: number; readonly high: number } | undefined,
): string {
  if (estimate === undefined) return '';
  return `${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} to ${estimate.high.toFixed(3)})`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
