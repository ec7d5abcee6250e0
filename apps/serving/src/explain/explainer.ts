import { isLaurelError, LaurelError } from '@laurel/contracts';
import { type ExplainAsk, type Explained, type ExplainWork, explainRows } from './explain-rows.js';

/** A request waits and works for this long at most, unless the parts say otherwise. */
const defaultDeadlineMilliseconds = 30_000;
/** Requests that may wait behind the one being worked on. */
const maximumWaiting = 8;

/** How a request ended, for metrics. */
export interface ExplainOutcome {
  readonly endpoint: string;
  readonly version: number;
  /** `ok` or a code. */
  readonly status: string;
  readonly milliseconds: number;
}

/** Explains predictions, one request at a time, in chunks between other work. */
export interface Explainer {
  /**
   * Errors: `Unsupported` (a bare graph, labels only, no background), `InvalidInput` (rows, too much work), `Overloaded`
   * (others wait), `DeadlineExceeded` after 30 s, `Cancelled`, `ModelOutputInvalid`, `ModelNotReady`.
   */
  explain(ask: ExplainAsk): Promise<Explained>;
}

export interface ExplainerParts extends ExplainWork {
  readonly observe: (outcome: ExplainOutcome) => void;
  readonly deadlineMilliseconds?: number;
}

/** An explainer with its own queue; each request counts as waiting from when it is asked. */
export function createExplainer(parts: ExplainerParts): Explainer {
  const { deadlineMilliseconds = defaultDeadlineMilliseconds } = parts;
  let inFlight = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function queued(ask: ExplainAsk): Promise<Explained> {
    if (inFlight > maximumWaiting)
      throw new LaurelError('Overloaded', `${inFlight} explanations are under way; try again in a second.`);
    const end = performance.now() + deadlineMilliseconds;
    inFlight += 1;
    const turn = last.then(() => explainRows(parts, ask, () => checkWaits(ask, end)));
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      inFlight -= 1;
    }
  }

  return {
    explain: async (ask) => {
      const startedAt = performance.now();
      const tell = (status: string) => {
        const { endpoint, version } = ask;
        parts.observe({ endpoint, version: version.version, status, milliseconds: performance.now() - startedAt });
      };
      try {
        const explained = await queued(ask);
        tell('ok');
        return explained;
      } catch (error) {
        tell(isLaurelError(error) ? error.code : 'Internal');
        throw error;
      }
    },
  };
}

function checkWaits({ isCancelled }: ExplainAsk, end: number): void {
  if (isCancelled()) throw new LaurelError('Cancelled', 'The caller has gone; the explanation was given up.');
  if (performance.now() < end) return;
  throw new LaurelError('DeadlineExceeded', 'The explanation took too long; send fewer rows or permutations.');
}
