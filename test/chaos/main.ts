import { rm } from 'node:fs/promises';
import { randomFrom } from '@laurel/domain';
import { allCells, type Cell, type CellResult, runCell } from './cells.js';
import { openWorkshop } from './ground.js';
import { checkedInvariants } from './invariants.js';
import { prepare } from './preparation.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Value that follows an option, or `undefined`. */
function valueOf(args: readonly string[], option: string): string | undefined {
  const index = args.indexOf(option);
  return index === -1 ? undefined : args[index + 1];
}

/** `--only TEXT,TEXT`: cells whose name contains one of them. `--sample N --seed S`: N cells, the same for the same seed. */
function chosen(cells: readonly Cell[], args: readonly string[]): readonly Cell[] {
  const wanted = (valueOf(args, '--only') ?? '').split(',');
  const named = cells.filter(({ name }) => wanted.some((text) => name.includes(text)));
  const sample = valueOf(args, '--sample');
  if (sample === undefined) return named;
  const random = randomFrom(Number(valueOf(args, '--seed') ?? '1'));
  const drawn = named.map((cell) => ({ cell, key: random.next() })).toSorted((a, b) => a.key - b.key);
  return drawn.slice(0, Number(sample)).map(({ cell }) => cell);
}

async function runCells(workshop: string, cells: readonly Cell[]): Promise<readonly CellResult[]> {
  const results: CellResult[] = [];
  for (const [index, cell] of cells.entries()) {
    const result = await runCell(workshop, cell);
    results.push(result);
    const verdict = result.broken.length === 0 ? 'pass' : 'FAIL';
    const place = `${String(index + 1).padStart(3)}/${cells.length}`;
    say(`${place} ${verdict} ${result.seconds.toFixed(1).padStart(5)} s  ${result.name}`);
    for (const problem of result.broken) say(`        ${problem}`);
  }
  return results;
}

/** Runs the whole kill matrix, or the part that the arguments choose. */
async function main(args: readonly string[]): Promise<number> {
  const workshop = await openWorkshop();
  try {
    const all = allCells(await prepare(workshop, say));
    const cells = chosen(all, args);
    say(`${cells.length} of ${all.length} cells`);
    const results = await runCells(workshop, cells);
    const passed = results.filter(({ broken }) => broken.length === 0).length;
    const invariants = checkedInvariants.join(', ');
    say(`\ncells run: ${results.length}; cells passed: ${passed}; invariants checked in each: ${invariants}`);
    say(`${passed} passed, ${results.length - passed} failed`);
    return passed === results.length && results.length > 0 ? 0 : 1;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
