/** Is the first dotted version in `text` at least `oldest`? False when there is none: `go version go1.26.8 linux/amd64`, `1.25`. */
export function isAtLeast(text: string, oldest: string): boolean {
  const have = numbersOf(text);
  const want = numbersOf(oldest);
  if (have === undefined || want === undefined) return false;
  for (const [index, number] of want.entries()) {
    const own = have[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

function numbersOf(text: string): readonly number[] | undefined {
  const found = /\d+(?:\.\d+)+/.exec(text);
  return found?.[0].split('.').map(Number);
}
