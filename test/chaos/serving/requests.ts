import type { Target } from '../../bench/serving/http-connection.js';

/** A whole POST with a JSON body. */
export function postJson(path: string, body: object, headers: readonly string[] = []): Buffer {
  return post(path, Buffer.from(JSON.stringify(body)), ['Content-Type: application/json', ...headers]);
}

/** An inference over REST whose one FP32 tensor goes as bytes. */
export function postTensor(model: string, { name, shape, values }: FloatTensor): Buffer {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const inputs = [{ name, shape, datatype: 'FP32', parameters: { binary_data_size: raw.length } }];
  const head = Buffer.from(JSON.stringify({ parameters: { binary_data_output: true }, inputs }));
  const headers = ['Content-Type: application/octet-stream', `Inference-Header-Content-Length: ${head.length}`];
  return post(`/v2/models/${model}/infer`, Buffer.concat([head, raw]), headers);
}

export interface FloatTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

function post(path: string, body: Buffer, headers: readonly string[]): Buffer {
  const lines = [`POST ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, `Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** Value of a header of an answer, by its lower-case name; empty when it is not there. */
export function headerIn(head: string, name: string): string {
  const at = head.indexOf(`\r\n${name}: `);
  if (at < 0) return '';
  const start = at + name.length + 4;
  const end = head.indexOf('\r\n', start);
  return head.slice(start, end < 0 ? undefined : end);
}

/** Metrics of the only process behind a target, by name and labels as they are written. */
export async function metricsOf({ host, port }: Target): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`http://${host}:${port}/metrics`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** Sum of a metric over all its labels. */
export function totalOf(metrics: ReadonlyMap<string, number>, name: string): number {
  return [...metrics].reduce(
    (sum, [key, value]) => (key === name || key.startsWith(`${name}{`) ? sum + value : sum),
    0,
  );
}
