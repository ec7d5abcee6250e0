import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './exclusively.mjs';
import { buildWithGo, haveGo } from './go.mjs';
import { cache } from './places.mjs';

const pinned = '1.8.0';
const built = join(cache, 'versitygw', pinned, 'versitygw');

/** Finds or builds the S3 server of the contract tests. A null path means there is no Go: those tests say that they are skipped. */
export async function findVersitygw(say) {
  const given = process.env.LAUREL_VERSITYGW_BIN;
  if (given) return { path: given, from: 'from LAUREL_VERSITYGW_BIN' };
  const cached = { path: built, from: `versitygw ${pinned}, cached` };
  if (existsSync(built)) return cached;
  return exclusively('versitygw', say, async () => {
    if (existsSync(built)) return cached;
    if (!(await haveGo()))
      return { path: null, from: 'there is no Go to build versitygw with; the S3 tests will be skipped' };
    say('building versitygw with go (about 2 minutes, once)');
    await buildWithGo({ module: 'versitygw', package: 'github.com/versity/versitygw/cmd/versitygw', target: built });
    return { path: built, from: `versitygw ${pinned}, built` };
  });
}
