import type { ScenarioResult, Share } from '@laurel/domain';
import type { Printer } from '../output/printer.js';
import { renderTable } from '../output/table.js';
import { dash, numberText, spanText } from '../output/text.js';
import type { SimulationReport } from '../simulate/simulate.js';

/** A simulation as a person reads it: a row for each kind of challenger, then the risks in sentences. */
export function simulationText(report: SimulationReport, printer: Printer): string {
  const { project, traffic, runs, lookEverySeconds, scenarios } = report;
  const { requestsPerSecond, labelled } = traffic;
  const assumed = `${project}: ${runs} rollouts of each challenger at ${numberText(requestsPerSecond)} requests a second, ${numberText(100 * labelled)} % of them labelled, a look every ${spanText(1_000 * lookEverySeconds)}.`;
  return [assumed, scenarioTable(scenarios, printer), ...riskSentences(scenarios)].join('\n\n');
}

/** A row for each kind of challenger. */
export function scenarioTable(scenarios: readonly ScenarioResult[], printer: Printer): string {
  const rows = scenarios.map((result) => [
    result.name,
    shareText(result.promoted, result.truth === 'harmful' ? wrong(printer) : plain),
    shareText(result.rolledBack, result.truth === 'harmless' ? wrong(printer) : plain),
    shareText(result.undecided, plain),
    result.secondsToDecision === null ? dash : spanText(1_000 * result.secondsToDecision.median),
    result.secondsToDecision === null ? dash : spanText(1_000 * result.secondsToDecision.p95),
    numberText(Math.round(result.exposed.median)),
    numberText(Math.round(result.exposed.p95)),
  ]);
  const head = ['challenger', 'promoted', 'rolled back', 'undecided', 'decided after', '95 %', 'exposed', '95 %'];
  return renderTable(head, rows);
}

/** The risk of each wrong decision, with the end of its 95 % interval. */
export function riskSentences(scenarios: readonly ScenarioResult[]): readonly string[] {
  const harmful = scenarios.filter(({ truth }) => truth === 'harmful');
  const harmless = scenarios.filter(({ truth }) => truth === 'harmless');
  const sentences: string[] = [];
  for (const { name, wrong: share, undecided } of harmless) {
    sentences.push(`False rollback (${name}): ${riskText(share)}.`);
    sentences.push(`Left to a person or the deadline (${name}): ${riskText(undecided)}.`);
  }
  const worst = harmful.toSorted((a, b) => b.wrong.share - a.wrong.share)[0];
  if (worst !== undefined) {
    sentences.push(`Missed harm, promoted (worst: ${worst.name}): ${riskText(worst.wrong)}.`);
  }
  return sentences.length === 0 ? [] : [sentences.join('\n')];
}

function riskText({ count, share, high }: Share): string {
  return `${percentText(share)}, with 95 % confidence at most ${percentText(high)} (${count} seen)`;
}

const plain = (text: string): string => text;

function wrong(printer: Printer): (text: string) => string {
  return (text) => printer.tint('red', text);
}

function shareText({ count, share }: Share, tint: (text: string) => string): string {
  return count === 0 ? '0 %' : tint(percentText(share));
}

function percentText(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
