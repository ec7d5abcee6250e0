import { join } from 'node:path';
import { listKeys, rotateKeys } from '@laurel/packages';
import { type AddCommands, withContext } from '../context.js';
import { renderTable } from '../output/table.js';

/** `keys`: works on the files of the installation, and needs no running process. */
export const addKeysCommands: AddCommands = (program, surroundings) => {
  const group = program
    .command('keys')
    .summary('show and rotate the keys that sign packages')
    .description('Show and rotate the Ed25519 keys that sign packages; they lie in the folder keys of LAUREL_HOME.');

  group
    .command('list')
    .summary('show the key that signs, and retired ones that are trusted')
    .description(
      'Show the key that signs, and retired ones that are trusted. Remove the file of one to trust it no more.',
    )
    .action(
      withContext(surroundings, async ({ config, printer }) => {
        const keys = await listKeys(join(config.home, 'keys'));
        const rows = keys.map(({ keyId, signs, path }) => [keyId, signs ? 'signs' : 'trusted', path]);
        printer.data(keys, () => renderTable(['key', 'use', 'file'], rows));
      }),
    );

  group
    .command('rotate')
    .summary('make a new signing key; the old one stays trusted')
    .description(
      'Make a new signing key. Running workers sign with it after their next start; what the old one signed stays trusted.',
    )
    .action(
      withContext(surroundings, async ({ config, printer }) => {
        const rotation = await rotateKeys(join(config.home, 'keys'));
        const before = rotation.retired === null ? '' : `; ${rotation.retired} stays trusted`;
        printer.data(rotation, () => `Key ${rotation.current} signs from the next start of a worker on${before}.`);
      }),
    );
};
