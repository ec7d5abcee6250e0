import { array, assert, integer, nat, property } from 'fast-check';
import { UnfinishedMessage } from '../../../apps/serving/src/grpc/unfinished-message.js';

function framed(length: number): Buffer {
  const bytes = Buffer.alloc(5 + length, 0xff);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

test('however messages are cut, what is held is what came since the last whole one', () => {
  assert(
    property(array(nat(400), { minLength: 1 }), array(integer({ min: 1, max: 300 })), (lengths, cuts) => {
      const bytes = Buffer.concat(lengths.map(framed));
      const ends: number[] = [];
      for (const length of lengths) ends.push((ends.at(-1) ?? 0) + 5 + length);
      const message = new UnfinishedMessage();
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        const next = Math.min(bytes.length, at + cut);
        const ended = message.take(bytes.subarray(at, next));
        const whole = ends.filter((end) => end <= next);
        expect(message.held).toBe(next - (whole.at(-1) ?? 0));
        expect(ended).toBe(whole.some((end) => end > at));
        at = next;
      }
      expect(message.held).toBe(0);
    }),
  );
});

test('a length is not believed before its bytes have come', () => {
  const message = new UnfinishedMessage();
  expect(message.take(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2]))).toBe(false);
  expect(message.held).toBe(7);
});
