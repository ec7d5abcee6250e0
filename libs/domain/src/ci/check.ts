/** The parts of `laurel ci`, in the order in which they run. */
export const checkSuites = ['data', 'training', 'features', 'model', 'deployment'] as const;
export type CheckSuite = (typeof checkSuites)[number];

/** One check of a project. `message` is a sentence that names the check, what was expected and what was found; `null` when it passed. */
export interface CheckResult {
  readonly suite: CheckSuite;
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly message: string | null;
}

/** A check by its place, before it has an outcome. */
export type CheckName = Pick<CheckResult, 'suite' | 'name'>;

/** Expected and found, as clauses. */
export interface Breach {
  readonly expected: string;
  readonly found: string;
}

/** Failed where something else was found than expected, else passed. */
export function checked({ suite, name }: CheckName, breach: Breach | null): CheckResult {
  if (breach === null) return { suite, name, state: 'passed', message: null };
  const message = `${name}: expected ${breach.expected}, found ${breach.found}.`;
  return { suite, name, state: 'failed', message };
}

/** Could not be asked, and why, as a clause. It fails nothing. */
export function skipped({ suite, name }: CheckName, because: string): CheckResult {
  return { suite, name, state: 'skipped', message: `${name}: not asked, because ${because}.` };
}

/** A share as people read it. */
export function shareText(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** A number as people read it: four significant digits. */
export function measureText(value: number): string {
  return String(Number(value.toPrecision(4)));
}
