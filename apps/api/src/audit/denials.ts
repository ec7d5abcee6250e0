import type { Audit, AuditEntry } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';
import type { OnApplicationShutdown } from '@nestjs/common';

/** A refusal as it goes to the log. What repeats within a window is told by its actor, action and subject. */
export type Denial = AuditEntry & { readonly detail: { readonly [name: string]: unknown } };

interface Repeated {
  readonly denial: Denial;
  readonly since: number;
  /** How often it came again after the first. */
  again: number;
}

const windowMilliseconds = 60_000;
const lookMilliseconds = 5_000;
/** Kinds of denials told apart within a window; the rest is counted together. */
const largestWindow = 500;

/**
 * Writes refusals to the audit log without letting a flood fill it: the first of a kind is written before it is
 * answered, those that follow within a minute are counted and written as one event when the minute is over.
 */
export class Denials implements OnApplicationShutdown {
  private readonly open = new Map<string, Repeated>();
  private readonly timer = setInterval(() => void this.close(Date.now() - windowMilliseconds), lookMilliseconds);

  constructor(
    private readonly audit: Audit,
    private readonly logger: Logger,
  ) {
    this.timer.unref();
  }

  async record(denial: Denial): Promise<void> {
    const { actor, action, subject } = denial;
    const own = JSON.stringify([actor, action, subject]);
    const known = this.open.get(own) ?? (this.open.size >= largestWindow ? this.rest() : undefined);
    if (known !== undefined) {
      known.again += 1;
      return;
    }
    this.open.set(own, { denial, since: Date.now(), again: 0 });
    await this.write(denial);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.close(Number.POSITIVE_INFINITY);
  }

  private rest(): Repeated {
    const others = { actor: 'many', action: 'request.denied', subject: 'many', detail: {} };
    const rest = this.open.get('') ?? { denial: others, since: Date.now(), again: 0 };
    this.open.set('', rest);
    return rest;
  }

  /** Writes the counts of windows that began before `before`. */
  private async close(before: number): Promise<void> {
    for (const [key, { denial, since, again }] of this.open) {
      if (since > before) continue;
      this.open.delete(key);
      if (again === 0) continue;
      const times = { again, from: new Date(since).toISOString(), until: new Date().toISOString() };
      await this.write({ ...denial, detail: { ...denial.detail, ...times } });
    }
  }

  /** A log that cannot be written does not turn a refusal into anything else. */
  private async write(denial: Denial): Promise<void> {
    try {
      await this.audit.append(denial);
    } catch (error) {
      this.logger.error({ err: error, action: denial.action }, 'a refusal could not be written to the audit log');
    }
  }
}
