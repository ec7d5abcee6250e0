import { type Copy, ShadowLane } from '../../../apps/serving/src/shadow-lane.js';

const copyOf = (rows: number) => ({ served: { request: { rows } } }) as Copy;

/** A lane whose copies end when they are told to. */
function slowLane() {
  const ends: (() => void)[] = [];
  let running = 0;
  let most = 0;
  const lane = new ShadowLane(async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
  });
  return { lane, ends, most: () => most };
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a copy is taken without waiting, and one runs at a time', async () => {
  const { lane, ends, most } = slowLane();
  expect([lane.offer(copyOf(1)), lane.offer(copyOf(1)), lane.offer(copyOf(1))]).toEqual([true, true, true]);
  expect(ends).toHaveLength(0);
  for (let copy = 1; copy <= 3; copy++) {
    await turn();
    expect(ends).toHaveLength(copy);
    ends.at(-1)?.();
  }
  expect(most()).toBe(1);
});

test('256 copies wait behind the one in progress; the next is refused until there is room', async () => {
  const { lane, ends } = slowLane();
  lane.offer(copyOf(1));
  await turn();
  for (let copy = 0; copy < 256; copy++) expect(lane.offer(copyOf(1))).toBe(true);
  expect(lane.offer(copyOf(1))).toBe(false);
  ends[0]?.();
  await turn();
  expect(lane.offer(copyOf(1))).toBe(true);
});

test('large requests fill the lane by their rows, and one of any size finds an empty lane', async () => {
  const { lane } = slowLane();
  expect([lane.offer(copyOf(100_000)), lane.offer(copyOf(1))]).toEqual([true, false]);
});

test('a lane that is cleared drops what waits and ends after the copy in progress', async () => {
  const { lane, ends } = slowLane();
  for (let copy = 0; copy < 5; copy++) lane.offer(copyOf(1));
  await turn();
  const cleared = lane.clear();
  expect(await Promise.race([cleared, turn().then(() => 'still in progress')])).toBe('still in progress');
  ends[0]?.();
  await cleared;
  expect(ends).toHaveLength(1);
  expect(lane.offer(copyOf(1))).toBe(true);
});
