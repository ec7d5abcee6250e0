import type { ReleaseNotesView } from '@laurel/contracts/schemas';
import { plainText } from '../output/text.js';

/** Release notes as a person reads them: their own words first, then what Laurel found. */
export function releaseNotesText({ model, version, semver, written, history, generated }: ReleaseNotesView): string {
  const own =
    written === null
      ? ['Nobody has written release notes yet; write them with --set TEXT or --file FILE.']
      : [plainText(written.text), `(${written.author}, ${written.at}${earlier(history.length - 1)})`];
  return [
    `${model}/${version} (${semver})`,
    '',
    ...own,
    '',
    'What changed:',
    ...generated.map((line) => `- ${plainText(line)}`),
  ].join('\n');
}

function earlier(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', 1 earlier text kept' : `, ${count} earlier texts kept`;
}
