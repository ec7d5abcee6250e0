import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** Where a problem stands; lines and columns from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

type Path = readonly PropertyKey[];

/** Where the value at `path` stands: its key, or the item of a list; for what is missing, where its parent stands. */
export function placeOf(document: Document, path: Path, lines: LineCounter): Place {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const segment of path) {
    const next = child(resolved(document, node), segment);
    if (next === undefined) break;
    offset = next.offset ?? offset;
    node = next.node;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function child(node: unknown, segment: PropertyKey): { node: unknown; offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && keyOf(item.key) === String(segment));
  return pair === undefined ? undefined : { node: pair.value, offset: startOf(pair.key) };
}

function keyOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number {
  return isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0;
}
