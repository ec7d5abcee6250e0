import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '@laurel/domain';

/** One answer as the client saw it; status 0 when none came. */
export interface Answer {
  readonly status: number;
  readonly epoch: number;
  readonly version: number;
  readonly arm: string;
  /** When it came, in milliseconds since 1970, and how long it took. */
  readonly at: number;
  readonly milliseconds: number;
}

export interface Traffic {
  readonly answers: readonly Answer[];
  stop(): Promise<void>;
}

/** Sends rows in turn, closed loop by a few clients with a pause between requests, and feeds their labels back. */
export function startTraffic(options: {
  readonly servingUrl: string;
  readonly endpoint: string;
  readonly rows: readonly { readonly row: Row; readonly label: string }[];
  readonly clients: number;
  readonly pauseMilliseconds: number;
  readonly feedBack: (items: readonly { predictionId: string; label: string }[]) => Promise<void>;
}): Traffic {
  const going = new AbortController();
  let turn = 0;
  const answers: Answer[] = [];
  const client = async () => {
    const truths: { predictionId: string; label: string }[] = [];
    while (!going.signal.aborted) {
      const item = options.rows[turn % options.rows.length];
      turn += 1;
      if (item !== undefined) {
        const { answer, predictionId } = await ask(options, item.row, turn);
        answers.push(answer);
        if (predictionId !== null) truths.push({ predictionId, label: item.label });
      }
      // The API may be the victim of the cell; what it did not take is sent again with the next batch.
      if (truths.length >= 20)
        await options.feedBack(truths).then(
          () => truths.splice(0),
          () => undefined,
        );
      await sleep(options.pauseMilliseconds);
    }
  };
  const clients = Array.from({ length: options.clients }, client);
  return {
    answers,
    stop: async () => {
      going.abort();
      await Promise.all(clients);
    },
  };
}

async function ask(
  { servingUrl, endpoint }: { readonly servingUrl: string; readonly endpoint: string },
  row: Row,
  turn: number,
): Promise<{ readonly answer: Answer; readonly predictionId: string | null }> {
  const asked = performance.now();
  const times = () => ({ at: Date.now(), milliseconds: performance.now() - asked });
  try {
    const response = await fetch(`${servingUrl}/predict/${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ row: { ...row, customer_id: `T${turn}` } }),
      signal: AbortSignal.timeout(5_000),
    });
    const body = (await response.json()) as { predictions?: { predictionId: string }[] };
    const header = (name: string) => response.headers.get(`x-laurel-${name}`) ?? '';
    const answer = {
      status: response.status,
      epoch: Number(header('epoch')),
      version: Number(header('version')),
      arm: header('arm'),
      ...times(),
    };
    return { answer, predictionId: body.predictions?.[0]?.predictionId ?? null };
  } catch {
    // The process that had accepted the connection may be the victim of the cell.
    return { answer: { status: 0, epoch: 0, version: 0, arm: '', ...times() }, predictionId: null };
  }
}
