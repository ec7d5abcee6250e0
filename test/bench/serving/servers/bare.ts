// What one writes in an afternoon, and well: node:http, JSON, onnxruntime. No checks, split, log or metrics.
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

interface InferRequest {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: number[] }[];
}

const datatypes: { readonly [type: string]: string } = { float32: 'FP32', int64: 'INT64' };
const [port, folder = '.'] = process.argv.slice(2);
const sessions = new Map<string, InferenceSession>();
for (const name of ['churn', 'mlp']) {
  const model = await readFile(join(folder, `${name}.onnx`));
  sessions.set(name, await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 }));
}

async function infer(name: string, { inputs }: InferRequest): Promise<object> {
  const session = sessions.get(name);
  if (session === undefined) throw new Error(`there is no model ${name}`);
  const feeds = Object.fromEntries(
    inputs.map((input) => [input.name, new Tensor('float32', new Float32Array(input.data), input.shape)]),
  );
  const outputs = Object.entries(await session.run(feeds)).map(([output, { type, dims, data }]) => ({
    name: output,
    datatype: datatypes[type],
    shape: dims,
    data: type === 'int64' ? Array.from(data as BigInt64Array, Number) : Array.from(data as Float32Array),
  }));
  return { model_name: name, outputs };
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function answer(url: string, body: Buffer, response: ServerResponse): Promise<void> {
  try {
    send(response, 200, await infer(url.split('/')[3] ?? '', JSON.parse(body.toString()) as InferRequest));
  } catch (error) {
    send(response, 400, { error: String(error) });
  }
}

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => void answer(request.url ?? '', Buffer.concat(chunks), response));
}).listen(Number(port), '127.0.0.1');
