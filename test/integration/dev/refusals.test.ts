import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { down, freePorts, portsFrom, type StackPorts, status, up } from '@laurel/dev';
import { openHome } from '../../../infra/dev/src/stack/home.js';
import { holdHome } from '../../../infra/dev/src/stack/home-lock.js';
import { withHome } from './dummies.js';

test('a second up on one LAUREL_HOME is refused and names the process that has it', () =>
  withHome(async (home) => {
    openHome(home);
    const { release } = holdHome(home);
    await expect(up({ home })).rejects.toMatchObject({
      code: 'AlreadyRunning',
      message: expect.stringContaining(`process ${process.pid} has run the stack of ${home}`),
    });
    release();
    holdHome(home).release();
  }));

test('the claim of a process that is gone does not keep the next one out', () =>
  withHome(async (home) => {
    openHome(home);
    const script = `import('${new URL('../../../infra/dev/dist/stack/home-lock.js', import.meta.url).href}').then(({ holdHome }) => { holdHome('${home}'); console.log('held'); setInterval(() => {}, 1000); })`;
    const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    expect(() => holdHome(home)).toThrow(expect.objectContaining({ code: 'AlreadyRunning' }));
    other.kill('SIGKILL');
    await once(other, 'exit');
    holdHome(home).release();
  }));

test('a taken port is named with its holder and the variable that moves it, and nothing is started', () =>
  withHome(async (home) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const refusal = up({ home, ports: { ...(await freePorts()), serving: port } });
    await expect(refusal).rejects.toMatchObject({ code: 'PortTaken' });
    await expect(refusal).rejects.toThrow(
      new RegExp(
        `port ${port} \\(serving\\) is held by node.* \\(process ${process.pid}\\); stop it or set LAUREL_SERVING_PORT`,
      ),
    );
    expect((await status({ home })).state).toBe('down');
    server.close();
  }));

test('two stacks that choose their ports at the same moment choose different ones', async () => {
  const choice = `
    import { settlePorts } from ${JSON.stringify(new URL('../../../infra/dev/dist/ports/stack-ports.js', import.meta.url).href)};
    console.log(JSON.stringify(await settlePorts('auto')));
    setInterval(() => undefined, 1_000);`;
  const start = () =>
    spawn(process.execPath, ['--input-type=module', '-e', choice], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stacks = Array.from({ length: 4 }, start);
  try {
    const lines = await Promise.all(stacks.map(async ({ stdout }) => String(await once(stdout, 'data'))));
    const ports = lines.flatMap((line) => Object.values(JSON.parse(line) as StackPorts));
    expect(new Set(ports).size).toBe(24);
  } finally {
    for (const stack of stacks) stack.kill();
  }
});

test('ports from the environment are checked together', () => {
  expect(portsFrom({ LAUREL_API_PORT: '9400', LAUREL_POSTGRES_PORT: '' })).toEqual({ api: 9400 });
  expect(() => portsFrom({ LAUREL_API_PORT: 'http', LAUREL_TEMPORAL_PORT: '70000' })).toThrow(
    'LAUREL_API_PORT is "http"; LAUREL_TEMPORAL_PORT is "70000"; give a port from 1 to 65535.',
  );
});

test('down and status on a folder where nothing ever ran are harmless', async () => {
  const home = '/nowhere/laurel';
  expect(await down({ home })).toMatchObject({ home, state: 'down', processes: [] });
  expect(await status({ home })).toMatchObject({ home, state: 'down', supervisor: null });
});

test('a home that cannot be made is named', async () => {
  await expect(up({ home: '/proc/laurel' })).rejects.toThrow(/LAUREL_HOME \/proc\/laurel cannot be written/);
});
