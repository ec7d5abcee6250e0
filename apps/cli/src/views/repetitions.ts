import type { RepetitionView } from '@laurel/contracts/schemas';
import { renderTable } from '../output/table.js';
import { dash } from '../output/text.js';

/** What was not the same in two runs, as a table. */
export function differencesText({ differences }: RepetitionView): string {
  return renderTable(
    ['not the same', 'was', 'is'],
    differences.map(({ what, was, is }) => [what, was ?? dash, is ?? dash]),
  );
}
