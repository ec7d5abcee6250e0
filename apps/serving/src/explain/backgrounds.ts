import { isLaurelError, LaurelError, packageFiles } from '@laurel/contracts';
import type { Cell, Digest, Row } from '@laurel/domain';
import type { ColumnTable, Packages } from '@laurel/ports';

/** Backgrounds in memory; beyond them the one that was read first goes. */
const remembered = 32;

/** Background rows of a package, by its digest. Errors: `Unsupported` for a package without any, those of `Packages`. */
export type Backgrounds = (digest: Digest) => Promise<readonly Row[]>;

/** Backgrounds that are read from the verified package when they are first asked for. */
export function createBackgrounds(packages: Pick<Packages, 'open'>): Backgrounds {
  const known = new Map<Digest, Promise<readonly Row[]>>();
  return (digest) => {
    const before = known.get(digest);
    if (before !== undefined) return before;
    const [oldest] = known.keys();
    if (known.size >= remembered && oldest !== undefined) known.delete(oldest);
    const reading = readBackground(packages, digest);
    known.set(digest, reading);
    reading.catch(() => known.delete(digest));
    return reading;
  };
}

async function readBackground(packages: Pick<Packages, 'open'>, digest: Digest): Promise<readonly Row[]> {
  const verified = await packages.open(digest);
  try {
    const bytes = await verified.read(packageFiles.background);
    const { rows, columns } = JSON.parse(new TextDecoder().decode(bytes)) as ColumnTable;
    const entries = Object.entries(columns);
    if (rows > 0)
      return Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(entries.map(([name, cells]) => [name, cellAt(cells, row)])),
      );
  } catch (error) {
    if (!isLaurelError(error) || error.code !== 'NotFound') throw error;
  }
  throw new LaurelError(
    'Unsupported',
    'This version was packaged without a background set; train it again to have it explained.',
  );
}

function cellAt(cells: readonly Cell[], row: number): Cell {
  return cells[row] ?? null;
}
