// Puts the real dvc and Laurel through round trips in both directions: node build/test/dvc/main.js [folder | bucket]
import { join, resolve } from 'node:path';
import { findToolchain, startTestServers } from '@laurel/dev';
import { migrate, openDatabase } from '@laurel/postgres';
import { openDatasetWorld } from '../support/dataset-world.js';
import { runProgram } from '../support/program.js';
import { openPythonEnvironment } from '../support/python-environments.js';
import { cases } from './cases.js';
import type { Remote } from './ground.js';
import { bucketRemotes, folderRemotes } from './remotes.js';

const requirements = resolve('test/dvc/requirements/dvc.txt');
const say = (line: string) => void process.stdout.write(`${line}\n`);

await runProgram('test:dvc', async (names) => {
  const environment = await openPythonEnvironment({ requirements, python: findToolchain().python, say });
  say(`dvc ${environment.versions['dvc']}, dvc-s3 ${environment.versions['dvc-s3']}`);
  const servers = await startTestServers();
  process.once('exit', () => servers.abandon());
  process.env['LAUREL_TEST_POSTGRES_URL'] = servers.postgresUrl;
  await migrateTemplate(servers.postgresUrl);
  const count = { passed: 0, failed: 0 };
  try {
    await using world = await openDatasetWorld({ LAUREL_SOURCE_ENDPOINTS: servers.s3?.endpoint ?? '' });
    const remotes: Remote[] = [folderRemotes(join(world.folder, 'remotes'))];
    if (servers.s3 === null) say('there is no S3 server: the cases over a bucket are left out');
    else remotes.push(await bucketRemotes(withKeys(servers.s3)));
    for (const remote of remotes.filter(
      ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
    )) {
      for (const one of cases) {
        const failure = await one.holds({ world, environment, remote }).then(() => null, reasonOf);
        count[failure === null ? 'passed' : 'failed'] += 1;
        say(
          `${failure === null ? 'passed' : 'failed'}  over ${remote.name}: ${one.title}${failure === null ? '' : `\n        ${failure}`}`,
        );
      }
    }
  } finally {
    await servers.stop();
  }
  say(`\n${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0 ? 0 : 1;
});

/** Test databases are copies of this one. */
async function migrateTemplate(url: string): Promise<void> {
  const template = openDatabase({ url, poolSize: 1 });
  try {
    await migrate(template);
  } finally {
    await template.close();
  }
}

/** Both dvc and Laurel look for keys where AWS keeps them. */
function withKeys<S3 extends { readonly accessKey: string; readonly secretKey: string }>(s3: S3): S3 {
  process.env['AWS_ACCESS_KEY_ID'] = s3.accessKey;
  process.env['AWS_SECRET_ACCESS_KEY'] = s3.secretKey;
  process.env['AWS_DEFAULT_REGION'] = 'us-east-1';
  return s3;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
