import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';

/** A POST whose head the server has read: it said to go on, and waits for the body. */
export interface BegunRequest<Body> {
  /** Sends the body. */
  finish(): Promise<{ readonly status: number | undefined; readonly body: Body }>;
}

/** Begins a request and resolves once the server has taken it up. */
export async function begunRequest<Body>(url: string, body: unknown): Promise<BegunRequest<Body>> {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    expect: '100-continue',
  };
  const begun = request(url, { method: 'POST', agent: false, headers });
  begun.flushHeaders();
  await once(begun, 'continue');
  return {
    finish: async () => {
      const answered = once(begun, 'response');
      begun.end(text);
      const [response] = await answered;
      return { status: response.statusCode, body: (await json(response)) as Body };
    },
  };
}
