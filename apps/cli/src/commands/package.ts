import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { PackageVerificationView } from '@laurel/contracts/schemas';
import { openKeyring, verifyFolder } from '@laurel/packages';
import type { ApiClient } from '../client/api-client.js';
import { type AddCommands, withContext } from '../context.js';
import { findVersionName, versionName, versionPath } from '../input/version-name.js';

/** `package`. */
export const addPackageCommands: AddCommands = (program, surroundings) => {
  const group = program
    .command('package')
    .summary('verify and export the signed package of a version')
    .description(
      'The signed, self-contained package of a version: graph, environment lock, bill of materials, proofs.',
    );

  group
    .command('verify')
    .summary('check every byte, the signature and the attestation')
    .description('Check every byte, the signature and the attestation of a package; fails when anything does not fit.')
    .argument('<version>', 'MODEL/VERSION, or a folder that laurel package export wrote')
    .option('--keys <folder>', 'public keys to trust for a folder (default: those of the installation)')
    .action(
      withContext(
        surroundings,
        async ({ api, config, cwd, printer }, subject: string, options: { readonly keys?: string }) => {
          const keys = options.keys === undefined ? join(config.home, 'keys') : resolve(cwd, options.keys);
          const result =
            findVersionName(subject) !== undefined
              ? await verification(api, subject)
              : await folderVerification(resolve(cwd, subject), keys);
          const { digest, signedBy, files } = result;
          printer.data(result, () => `${digest} is whole: ${files.length} files, signed by key ${signedBy}.`);
        },
      ),
    );

  group
    .command('export')
    .summary('write a package to a folder')
    .description('Write a package to a folder, as MLflow loads it: mlflow.pyfunc.load_model(FOLDER).')
    .argument('<version>', 'MODEL/VERSION')
    .argument('<folder>', 'a folder that does not exist yet')
    .action(
      withContext(surroundings, async ({ api, cwd, printer }, version: string, folder: string) => {
        const target = resolve(cwd, folder);
        const { digest, files, proofs } = await verification(api, version);
        if (await exists(target))
          throw new LaurelError('Conflict', `${target} is there already; name a folder that is not.`);
        await writeWhole(target, [...files.map((file) => file.path), ...proofs], (path, file) =>
          api.download(`${packageOf(version)}/file`, { path }, file),
        );
        printer.data({ digest, folder: target }, () => `${version} (${digest}) is in ${target}.`);
      }),
    );
};

function packageOf(version: string): string {
  return `${versionPath(versionName(version))}/package`;
}

function verification(api: ApiClient, version: string): Promise<PackageVerificationView> {
  return api.get(`${packageOf(version)}/verification`);
}

async function folderVerification(folder: string, keys: string) {
  const { digest, signedBy, manifest } = await verifyFolder(folder, openKeyring(keys));
  return { digest, signedBy, files: manifest.files };
}

/** Writes the files of a folder beside it first, so that the folder is there with all of them or not at all. */
async function writeWhole(
  folder: string,
  paths: readonly string[],
  save: (path: string, file: string) => Promise<void>,
): Promise<void> {
  const staged = `${folder}.${randomUUID()}`;
  try {
    for (const path of paths) {
      await mkdir(dirname(join(staged, path)), { recursive: true });
      await save(path, join(staged, path));
    }
    await rename(staged, folder);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
