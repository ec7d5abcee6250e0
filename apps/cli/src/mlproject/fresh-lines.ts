/** The lines of `now` that were not in `before`, where both are the last lines of one growing log. */
export function freshLines(before: readonly string[], now: readonly string[]): readonly string[] {
  for (let overlap = Math.min(before.length, now.length); overlap > 0; overlap -= 1) {
    const tail = before.slice(before.length - overlap);
    if (tail.every((line, index) => line === now[index])) return now.slice(overlap);
  }
  return now;
}
