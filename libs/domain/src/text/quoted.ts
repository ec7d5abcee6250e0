const longest = 60;

/** A foreign text for a sentence: in quotes, and cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
