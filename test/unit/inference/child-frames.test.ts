import { elementCount, emptyData, type TensorData, type TensorType } from '@laurel/domain';
import * as fc from 'fast-check';
import {
  decodeTensors,
  encodeFrame,
  type FrameTensor,
  frameKinds,
} from '../../../libs/inference/bin/tensor-frames.mjs';
import { type Frame, FrameReader } from '../../../libs/inference/src/child/frame-reader.js';
import { Restarts } from '../../../libs/inference/src/child/restarts.js';
import { ortType } from '../../../libs/inference/src/declared-types.js';

const shapes = fc.array(fc.nat(5), { maxLength: 4 });

/** Random bits in the element type; texts where it is BYTES. */
const tensors: fc.Arbitrary<FrameTensor> = fc
  .record({ type: fc.constantFrom(...(Object.keys(ortType) as TensorType[])), shape: shapes, index: fc.nat(70_000) })
  .chain(({ type, shape, index }) => {
    const count = elementCount(shape) ?? 0;
    const data: fc.Arbitrary<TensorData> =
      type === 'BYTES'
        ? fc.array(fc.string({ unit: 'grapheme' }), { minLength: count, maxLength: count })
        : bitsOf(type, count);
    return data.map((given) => ({ index, type: ortType[type], shape, data: given }));
  });

function bitsOf(type: TensorType, count: number): fc.Arbitrary<TensorData> {
  const empty = emptyData(type, count) as Float32Array;
  return fc.uint8Array({ minLength: empty.byteLength, maxLength: empty.byteLength }).map((bytes) => {
    const data = emptyData(type, count) as Float32Array;
    new Uint8Array(data.buffer).set(bytes);
    return data;
  });
}

const allocate = (bytes: number) => Buffer.from(new ArrayBuffer(bytes + 3));
const asBits = ({ data, ...rest }: FrameTensor) => ({
  ...rest,
  data:
    'buffer' in data ? [data.constructor.name, ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)] : data,
});

test('tensors come out of a frame as they went in, bit by bit, however the pipe cuts it', () => {
  const frames = fc.array(fc.array(tensors, { maxLength: 5 }), { maxLength: 4 });
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (given, cuts) => {
      const all = Buffer.concat(
        given.map((one, at) => encodeFrame({ kind: frameKinds.ran, milliseconds: at, tensors: one }, allocate)),
      );
      const read: Frame[] = [];
      const reader = new FrameReader((frame) => read.push(frame));
      for (let at = 0, cut = 0; at < all.byteLength; cut++) {
        const end = at + (cuts[cut % cuts.length] ?? 1);
        reader.push(all.subarray(at, end));
        at = end;
      }
      expect(read.map(({ kind, milliseconds }) => [kind, milliseconds])).toEqual(
        given.map((_, at) => [frameKinds.ran, at]),
      );
      expect(read.map(({ body }) => decodeTensors(body).map(asBits))).toEqual(given.map((one) => one.map(asBits)));
    }),
    { numRuns: 60 },
  );
});

test('pauses between deaths double up to ten seconds, and begin anew after a minute of health', () => {
  let now = 0;
  const restarts = new Restarts(() => now);
  const pauses = Array.from({ length: 9 }, () => {
    restarts.up();
    now += 1_000;
    return restarts.died();
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  restarts.up();
  now += 60_000;
  expect([restarts.died(), restarts.died()]).toEqual([100, 200]);
});
