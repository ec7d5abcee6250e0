/**
 * Is the request with this prediction id among the `percent` that are kept? The id alone decides, so that every process
 * and every copy of a request comes to the same answer.
 */
export function isSampled(predictionId: string, percent: number): boolean {
  if (percent >= 100) return true;
  let hash = 0x811c9dc5;
  for (let index = 0; index < predictionId.length; index++) {
    hash = Math.imul(hash ^ predictionId.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < percent / 100;
}
