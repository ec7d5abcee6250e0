import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOptunaSampler } from '@laurel/optuna';
import { aStudy } from './given-sampler.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampler-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A sampler whose process is the shell script `body`. */
async function scripted(body: string, silenceMilliseconds = 60_000) {
  const python = join(folder, `${Math.random()}.sh`);
  await writeFile(python, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return createOptunaSampler({ python, databaseUrl: '', log: { warn: () => undefined }, silenceMilliseconds });
}

const answering = (before: string) =>
  `id=0; while read -r line; do id=$((id + 1)); ${before} echo "{\\"id\\":$id,\\"answer\\":null}"; done`;

test('a line that is no answer is passed over', async () => {
  const sampler = await scripted(`echo 'welcome to this Python'; echo '[]'; ${answering('')}`);
  expect(await sampler.ask(aStudy(), 0)).toBeNull();
  await sampler.close();
});

test('many calls at once take their time as long as answers come', async () => {
  const sampler = await scripted(answering('sleep 0.3;'), 1_500);
  const study = aStudy();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, number) => sampler.ask(study, number)));
  expect(answers).toHaveLength(8);
  await sampler.close();
});

test('a process that gives no answer is ended, and the next call starts another', async () => {
  const sampler = await scripted('exec sleep 60', 300);
  for (const number of [0, 1]) {
    await expect(sampler.ask(aStudy(), number)).rejects.toMatchObject({
      name: 'DependencyUnavailable',
      retryable: true,
    });
  }
  await sampler.close();
});

test.each([null, '/no/such/python'])('without an interpreter (%s) one sentence says what to do', async (python) => {
  const sampler = createOptunaSampler({ python, databaseUrl: '', log: { warn: () => undefined } });
  const asked = sampler.ask(aStudy(), 0);
  await expect(asked).rejects.toMatchObject({ name: 'PythonMissing' });
  await expect(asked).rejects.toThrow(/run npm run setup/);
  await sampler.close();
});
