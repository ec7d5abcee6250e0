/** A process, told apart from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string;
}

/** When process `pid` started, in a form that only compares equal; `undefined` when it has ended. */
export function startOf(pid: number): string | undefined;
export function identityOf(pid: number): ProcessIdentity;
/** Tells whether this very process still runs. One that has ended but was not yet collected counts as ended. */
export function isAlive(identity: ProcessIdentity): boolean;
/** Tells whether the machine has not been restarted since the process began. Always true where that cannot be told. */
export function isOfThisBoot(identity: ProcessIdentity): boolean;
