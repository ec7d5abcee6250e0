import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a process writes that logs so. */
async function logged(statement: string): Promise<Record<string, unknown>> {
  const script = `
    import { createLogger } from '@laurel/telemetry';
    const log = createLogger({ process: 'test', level: 'info' });
    ${statement}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test.each(['error', 'err'])('an error in a log says what happened and why, under the name %s', async (name) => {
  const line = await logged(
    `log.error({ ${name}: new Error('outer', { cause: new Error('inner') }) }, 'a pass failed');`,
  );
  expect(line['msg']).toBe('a pass failed');
  expect(line[name]).toMatchObject({ type: 'Error', message: expect.stringMatching(/^outer.*inner$/) });
});

test('of several errors in one, each is told', async () => {
  const line = await logged(
    `log.warn({ error: new AggregateError([new Error('one'), new Error('two')], 'both') }, 'x');`,
  );
  expect(line['error']).toMatchObject({ message: 'both', aggregateErrors: [{ message: 'one' }, { message: 'two' }] });
});

test('secrets are redacted', async () => {
  const line = await logged(`log.info({ apiKey: 'k', request: { password: 'p' } }, 'x');`);
  expect(line).toMatchObject({ apiKey: '[redacted]', request: { password: '[redacted]' } });
});
