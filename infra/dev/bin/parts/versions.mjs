/** Numbers of the first dotted version in a text: `temporal version 1.5.1 (…)` gives [1, 5, 1]; null without one. */
function versionIn(text) {
  const found = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? found.slice(1, 4).map((part) => Number(part ?? 0)) : null;
}

/** Is the version in `text` the `needed` one or a newer one? */
export function atLeast(text, needed) {
  const have = versionIn(text);
  const want = versionIn(needed);
  if (!have || !want) return false;
  const differs = [0, 1, 2].find((index) => have[index] !== want[index]);
  return differs === undefined || have[differs] > want[differs];
}
