import type { Random } from '../onnx/random.js';
import type { SeedRequest } from './seeds.js';

const hostileTexts = [
  'NaN',
  '-Infinity',
  '1e400',
  '-0',
  'null',
  '18446744073709551616',
  '9007199254740993',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '"\\ud800"',
  '{"__proto__":1}',
  '"binary_data_size":4294967295',
  '"shape":[2147483647,2147483647]',
  '"shape":[-1,2]',
  '"shape":[0,2]',
  '"datatype":"FP16"',
  '"data":[]',
  '\u0000',
  '\ufeff',
];

const pathTexts = ['/versions/9', '/%2e%2e', '%00', '/labels/x', ':explain', '?a=b', '%', '/infer/infer'];

type Change = (request: SeedRequest, random: Random) => SeedRequest;

const withBody = (request: SeedRequest, body: Buffer): SeedRequest => ({ ...request, body });

function spliced(body: Buffer, at: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, at), added, body.subarray(Math.min(body.length, at + removed))]);
}

const changes: readonly Change[] = [
  (request, { below }) => {
    const body = Buffer.from(request.body);
    for (let count = 1 + below(4); count > 0; count--) body[below(Math.max(1, body.length))] = below(256);
    return withBody(request, body);
  },
  (request, { below }) => withBody(request, request.body.subarray(0, below(request.body.length + 1))),
  (request, { below, pick }) =>
    withBody(request, spliced(request.body, below(request.body.length), below(12), Buffer.from(pick(hostileTexts)))),
  (request, { below }) => {
    const from = below(request.body.length);
    const piece = request.body.subarray(from, from + below(40));
    return withBody(request, spliced(request.body, below(request.body.length), 0, piece));
  },
  (request, { below }) =>
    withBody(request, spliced(request.body, below(request.body.length), 1 + below(30), Buffer.alloc(0))),
  (request, { below, pick }) => {
    const lie = pick(['-1', '4294967296', '1e3', 'x', String(below(400)), '']);
    return { ...request, headers: { ...request.headers, 'inference-header-content-length': lie } };
  },
  (request, { pick }) => ({
    ...request,
    headers: {
      ...request.headers,
      'content-type': pick(['text/csv', 'text/plain', 'application/json; charset=latin1', 'multipart/form-data', '']),
    },
  }),
  (request, { pick }) => ({
    ...request,
    headers: { ...request.headers, 'content-encoding': pick(['gzip', 'deflate', 'br', 'identity']) },
  }),
  (request, { pick }) => ({ ...request, path: request.path + pick(pathTexts) }),
];

/** One to three changes of a request. */
export function mutantOf(request: SeedRequest, random: Random): SeedRequest {
  let mutant = request;
  for (let count = 1 + random.below(3); count > 0; count--) {
    const changed = random.pick(changes)(mutant, random);
    if (changed.body.length > 0 || request.body.length === 0) mutant = changed;
  }
  return mutant;
}
