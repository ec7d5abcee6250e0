import { Agent, type IncomingMessage, request } from 'node:http';

const clients = 12;

/** Requests over several connections at once, until they are stopped or nobody answers any more. */
export interface Load {
  /** Ids of the predictions that have been acknowledged: the whole answer has come, with status 200. */
  readonly acknowledged: string[];
  /** Answers that came with another status. */
  readonly refused: number[];
  stop(): Promise<void>;
}

/** Starts clients that ask for one to three rows at a time, each as soon as it has its answer. */
export function startLoad(url: string): Load {
  const acknowledged: string[] = [];
  const refused: number[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const stopped = new AbortController();

  async function client(index: number): Promise<void> {
    for (let count = 0; !stopped.signal.aborted; count++) {
      const rows = Array.from({ length: 1 + (count % 3) }, (_, row) => ({ tenure: index + count + row }));
      const answer = await ask(agent, `${url}/predict/churn`, { rows });
      if (answer === null) return;
      if (answer.status === 200) acknowledged.push(...answer.ids);
      else refused.push(answer.status);
    }
  }

  const running = Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return {
    acknowledged,
    refused,
    stop: async () => {
      stopped.abort();
      await running;
      agent.destroy();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly ids: readonly string[];
}

/** `null` for a connection that broke, even in the last byte of an answer. */
function ask(agent: Agent, url: string, body: object): Promise<Answer | null> {
  return new Promise((resolve) => {
    const nothing = () => resolve(null);
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        void readAnswer(response).then(resolve, nothing);
      },
    );
    sent.once('error', nothing);
    sent.end(JSON.stringify(body));
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  if (!response.complete) throw new Error('an answer broke off');
  const status = response.statusCode ?? 0;
  if (status !== 200) return { status, ids: [] };
  const body = JSON.parse(Buffer.concat(chunks).toString()) as { predictions: { predictionId: string }[] };
  return { status, ids: body.predictions.map(({ predictionId }) => predictionId) };
}
