import { setTimeout as sleep } from 'node:timers/promises';
import type { LabelledRow } from './labelled-row.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import type { TrafficSource } from './source.js';

/** Continuous traffic on an endpoint. */
export interface Load {
  /** Stops sending, waits for answers and the last feedback. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly servingUrl: string;
  readonly endpoint: string;
  readonly stickyKey: string;
  /** Requests per second, sent whether or not earlier ones were answered. */
  readonly perSecond: number;
  readonly source: TrafficSource;
  readonly ledger: Ledger;
  /** Feeds truths back; called about twice a second. */
  readonly feedBack: (items: readonly { readonly predictionId: string; readonly label: string }[]) => Promise<void>;
}

const answerMilliseconds = 10_000;
const feedbackMilliseconds = 500;

/** Starts an open loop: the schedule of sends does not wait for answers, so a slow server cannot hide. */
export function startLoad(options: LoadOptions): Load {
  const going = new AbortController();
  const open = new Set<Promise<void>>();
  const truths: { predictionId: string; label: string }[] = [];
  const send = (row: LabelledRow) => {
    const call = (async () => {
      const entry = await ask(options, row);
      options.ledger.add(entry);
      if (entry.predictionId !== null) truths.push({ predictionId: entry.predictionId, label: row.truth });
    })();
    open.add(call);
    void call.finally(() => open.delete(call));
  };
  const flush = async () => {
    const items = truths.splice(0, truths.length);
    for (let start = 0; start < items.length; start += 200) await options.feedBack(items.slice(start, start + 200));
  };
  const sending = pace(
    options.perSecond,
    () => !going.signal.aborted,
    () => send(options.source.next()),
  );
  const feeding = (async () => {
    while (!going.signal.aborted) {
      await sleep(feedbackMilliseconds);
      await flush();
    }
  })();
  return {
    stop: async () => {
      going.abort();
      await sending;
      await Promise.all(open);
      await feeding;
      await flush();
    },
  };
}

async function pace(perSecond: number, running: () => boolean, act: () => void): Promise<void> {
  const began = performance.now();
  for (let count = 0; running(); count += 1) {
    const due = began + (count * 1_000) / perSecond;
    const early = due - performance.now();
    if (early > 1) await sleep(early);
    act();
  }
}

interface Answer {
  readonly predictions: readonly { readonly label: string | null; readonly predictionId: string }[];
}

async function ask({ servingUrl, endpoint, stickyKey, source }: LoadOptions, row: LabelledRow): Promise<LedgerEntry> {
  const rollout = source.rollout;
  const sentAt = Date.now();
  const unanswered = { sentAt, truth: row.truth, origin: row.origin, rollout, key: row.key };
  try {
    const response = await fetch(`${servingUrl}/predict/${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ row: { ...row.row, [stickyKey]: row.key } }),
      signal: AbortSignal.timeout(answerMilliseconds),
    });
    const body = response.status === 200 ? ((await response.json()) as Answer) : undefined;
    const failure = body === undefined ? `${response.status} ${codeIn(await response.text())}` : null;
    const prediction = body?.predictions[0];
    return {
      ...unanswered,
      answeredAt: Date.now(),
      status: response.status,
      failure,
      predictionId: prediction?.predictionId ?? null,
      label: prediction?.label ?? null,
      epoch: numberIn(response.headers.get('x-laurel-epoch')),
      arm: response.headers.get('x-laurel-arm'),
      version: numberIn(response.headers.get('x-laurel-version')),
      digest: response.headers.get('x-laurel-digest'),
      fallback: response.headers.get('x-laurel-fallback') === 'true',
    };
  } catch (error) {
    // A request without an answer is a fact of the ledger, counted as failed.
    const nothing = {
      predictionId: null,
      label: null,
      epoch: null,
      arm: null,
      version: null,
      digest: null,
      fallback: false,
    };
    return { ...unanswered, ...nothing, answeredAt: Date.now(), status: 0, failure: reasonOf(error) };
  }
}

/** The code of a problem document. */
function codeIn(text: string): string {
  return /"code":\s*"(\w+)"/.exec(text)?.[1] ?? 'without a code';
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
  return cause?.code ?? name ?? 'no answer';
}

function numberIn(text: string | null): number | null {
  return text === null || text === '' ? null : Number(text);
}
