/** A seeded stream of pseudo-random numbers: the same seed gives the same stream on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, bound), bound at most 2^32. */
  nextInt(bound: number): number;
}

/** sfc32 (Chris Doty-Humphrey, PractRand), seeded through splitmix32. Not for secrets. */
export function randomFrom(seed: number): RandomStream {
  const expand = splitmix32(seed);
  let [a, b, c, counter] = [expand(), expand(), expand(), 1];
  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm += 1) draw();
  const next = () => draw() / 0x1_0000_0000;
  return { next, nextInt: (bound) => Math.floor(next() * bound) };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
