import { deflateSync, gzipSync } from 'node:zlib';
import type { Random } from '../onnx/random.js';

/** A call as it goes over HTTP/2. */
export interface RawCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Length-prefixed messages, or what pretends to be. */
  readonly body: Buffer;
  /** Where the body is cut into writes. */
  readonly cuts: readonly number[];
}

/** A message behind its flag and length. */
export function framed(message: Buffer, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

type Change = (call: RawCall, message: Buffer, random: Random) => RawCall;

const withBody = (call: RawCall, body: Buffer): RawCall => ({ ...call, body });
const withHeaders = (call: RawCall, headers: Readonly<Record<string, string>>): RawCall => ({
  ...call,
  headers: { ...call.headers, ...headers },
});

/** 33 MiB of zeros in 33 KiB. */
const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024));

const changes: readonly Change[] = [
  // Flags that lie: compressed and not said how, said and not compressed, no flag at all.
  (call, message) => withBody(call, framed(message, 1)),
  (call, message, { pick }) =>
    withHeaders(withBody(call, framed(message, 1)), { 'grpc-encoding': pick(['gzip', 'deflate', 'identity']) }),
  (call, message, { pick }) =>
    withHeaders(withBody(call, framed(message, 1)), { 'grpc-encoding': pick(['br', '', 'x']) }),
  (call, message, { below }) => withBody(call, framed(message, 2 + below(254))),
  // Compressed as said, whole and cut.
  (call, message) => withHeaders(withBody(call, framed(gzipSync(message), 1)), { 'grpc-encoding': 'gzip' }),
  (call, message) => withHeaders(withBody(call, framed(deflateSync(message), 1)), { 'grpc-encoding': 'deflate' }),
  (call, message, { below }) => {
    const whole = gzipSync(message);
    return withHeaders(withBody(call, framed(whole.subarray(0, below(whole.length)), 1)), { 'grpc-encoding': 'gzip' });
  },
  (call, message, { below }) =>
    below(20) > 0
      ? withHeaders(withBody(call, framed(message)), { 'grpc-encoding': 'gzip' })
      : withHeaders(withBody(call, framed(bomb, 1)), { 'grpc-encoding': 'gzip' }),
  // Lengths that lie: too long, too short, beyond what is taken.
  (call, message, { below }) => withBody(call, framed(message, 0, message.length + 1 + below(100))),
  (call, message, { below }) => withBody(call, framed(message, 0, below(message.length + 1))),
  (call, message, { pick }) => withBody(call, framed(message, 0, pick([2 ** 25 + 1, 2 ** 31, 2 ** 32 - 1]))),
  // No message, half a header, several messages.
  (call) => withBody(call, Buffer.alloc(0)),
  (call, message, { below }) => withBody(call, framed(message).subarray(0, below(5))),
  (call, message, { below }) =>
    withBody(call, Buffer.concat(Array.from({ length: 2 + below(40) }, () => framed(message)))),
  // Deadlines.
  (call, _, { pick }) =>
    withHeaders(call, { 'grpc-timeout': pick(['1n', '50u', '0m', '99999999H', '999999999999S', '-1S', 'x', '1']) }),
  // Metadata.
  (call, _, { pick }) =>
    withHeaders(call, {
      'x-laurel-sticky-key': pick(['', 'a'.repeat(4_000), '\u00e9', '%00']),
      authorization: pick(['Bearer', 'Bearer x', 'Basic eA==', '']),
      'x-y-bin': pick(['AAAA', '!!!', '']),
    }),
  // Another service and method.
  (call, _, { pick }) => ({ ...call, path: call.path + pick(['/', 'X', '%00', '?a=b', '/../x']) }),
  // Written in pieces.
  (call, _, { below }) => ({ ...call, cuts: Array.from({ length: 1 + below(6) }, () => below(call.body.length + 1)) }),
];

/** A change of how a message is sent. */
export function mutantCall(call: RawCall, message: Buffer, random: Random): RawCall {
  return random.pick(changes)(call, message, random);
}
