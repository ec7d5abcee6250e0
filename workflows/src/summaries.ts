type Facts = { readonly [field: string]: unknown };

/** One line for the Temporal UI about a call, or `undefined` where the activity's name says it all. */
export function summaryOf(activity: string, input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const facts = input as Facts;
  switch (activity) {
    case 'prepareSplit':
      return `${share(facts)} to ${versionOf(facts)}`;
    case 'commitSplit':
    case 'awaitReadiness':
      return `epoch ${String(facts['epoch'])}`;
    case 'crownChampion':
      return `crown ${versionOf(facts)}`;
    case 'restoreSplit':
      return `back to before ${versionOf(facts)}: ${String(facts['reason'])}`;
    case 'recordStep':
      return `step ${String(facts['step'])}: ${String(facts['phase'])}`;
    case 'endRollout':
      return `${String(facts['outcome'])}${facts['cause'] ? `: ${textOf(facts['cause'])}` : ''}`;
    default:
      return undefined;
  }
}

function share(facts: Facts): string {
  const shadow = Number(facts['shadowSample'] ?? 0);
  return shadow > 0 ? `shadow ${shadow} %` : `${String(facts['weight'])} %`;
}

function versionOf(facts: Facts): string {
  const challenger = facts['challenger'];
  if (typeof challenger !== 'object' || challenger === null || !('version' in challenger)) return 'unknown version';
  return `v${String(challenger.version)}`;
}

function textOf(fact: unknown): string {
  return typeof fact === 'string' ? fact : JSON.stringify(fact);
}
