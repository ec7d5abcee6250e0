import Table from 'cli-table3';
import type { DemoReport } from './report.js';

/** The report as a terminal shows it. */
export function summaryTable(report: DemoReport): string {
  const { requests, rollbacks, invariants } = report;
  const versions = new Table({
    head: ['version', 'SemVer', 'rocAuc', 'accuracy', 'verdict', 'answers', 'evidence'],
    style: { head: [], border: [] },
  });
  for (const { version, semver, metrics, verdict } of report.versions) {
    const answers = report.traffic
      .filter((point) => point.version === version)
      .reduce((sum, point) => sum + point.requests, 0);
    versions.push([
      `v${version}`,
      semver,
      decimals(metrics['rocAuc']),
      decimals(metrics['accuracy']),
      verdict,
      String(answers),
      evidenceOf(report, version),
    ]);
  }
  const lines = [versions.toString()];
  const { sent, answered, failed, failures } = requests;
  const reasons = Object.entries(failures).map(([failure, count]) => `${count} times ${failure}`);
  const why = failed === 0 ? '' : ` (${reasons.join(', ')})`;
  lines.push(`requests: ${sent} sent, ${answered} answered, ${failed} failed${why}`);
  for (const { version, cause, secondsToZeroTraffic } of rollbacks) {
    lines.push(
      `rollback: v${version} (${cause}), last answer ${secondsToZeroTraffic.toFixed(2)} s after the breach was seen`,
    );
  }
  for (const [name, { statement, checked, violations }] of Object.entries(invariants)) {
    lines.push(`${name}: ${statement}: ${checked} checks, ${violations} violations`);
  }
  return `\n${lines.join('\n')}`;
}

function evidenceOf({ promotions, rollbacks }: DemoReport, version: number): string {
  const promotion = promotions.find((item) => item.version === version);
  return promotion?.evidence.at(-1) ?? rollbacks.find((item) => item.version === version)?.evidenceId ?? '';
}

function decimals(estimate: { readonly value: number } | undefined): string {
  return estimate === undefined ? '' : estimate.value.toFixed(3);
}
