/** A valid request from which mutants are made. */
export interface SeedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const json = (path: string, body: unknown): SeedRequest => ({
  path,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});

const tensor = { name: 'x', shape: [2, 2], datatype: 'FP32', data: [1, 2.5, -3e2, 0.125] };
const words = { name: 'text', shape: [2], datatype: 'BYTES', data: ['grün', 'a "b"\\n'] };
const counts = { name: 'count', shape: [2], datatype: 'INT64', data: [9007199254740992, -1] };

const floats = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);

function binary(): SeedRequest {
  const block = floats(1, 2, 3, 4);
  const parameters = { binary_data_size: block.length };
  const head = Buffer.from(
    JSON.stringify({ inputs: [{ ...tensor, data: undefined, parameters }], parameters: { binary_data_output: true } }),
  );
  return {
    path: '/v2/models/swap/infer',
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
    body: Buffer.concat([head, block]),
  };
}

/** Every protocol that a body can come in, against the graphs `swap` (x: FP32 [-1, 2]) and `echo` (count, text). */
export function seedRequests(): readonly SeedRequest[] {
  return [
    json('/v2/models/swap/infer', {
      id: '1',
      inputs: [tensor],
      outputs: [{ name: 'y', parameters: { classification: 1 } }],
    }),
    json('/v2/models/echo/infer', {
      inputs: [words, counts],
      parameters: { timeout: 5_000_000, priority: 1, a: { b: [1] } },
    }),
    json('/v2/models/swap/versions/1/infer', {
      inputs: [
        {
          ...tensor,
          data: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    }),
    binary(),
    {
      path: '/v2/models/swap/infer',
      headers: { 'inference-header-content-length': '0' },
      body: floats(1, 2),
    },
    json('/v1/models/swap:predict', {
      instances: [
        [1, 2],
        [3, 4],
      ],
    }),
    json('/v1/models/echo:predict', { inputs: { count: [1, 2], text: ['a', 'b'] } }),
    json('/invocations/swap', { inputs: { x: [[1, 2]] } }),
    json('/predictions/swap', [[1, 2]]),
    json('/predict/swap', { rows: [{ x: [1, 2] }] }),
    json('/v2/repository/index', { ready: true }),
  ];
}
