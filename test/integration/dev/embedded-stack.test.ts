import { down, freePorts, type StackStatus, status, up } from '@laurel/dev';
import { leftoversOf } from '../../../infra/dev/src/supervisor/leftovers.js';
import { eventually, runs, withHome } from './dummies.js';

const pidsOf = ({ processes }: StackStatus) => processes.map(({ pid }) => pid ?? 0);

test(
  'a detached stack is up when it says so, survives the kill of a child and of its supervisor, and leaves nothing running',
  () =>
    withHome(async (home) => {
      const options = { home, ports: await freePorts(), durable: false, detach: true };
      const stack = await up(options);
      const before = await status({ home });
      expect(before.state).toBe('running');
      expect(before.processes.map(({ name, state }) => `${name} ${state}`)).toEqual(
        ['postgres', 'temporal', 'api', 'worker', 'serving-1', 'serving-2'].map((name) => `${name} healthy`),
      );
      expect((await fetch(`${stack.urls.api}/healthz`)).status).toBe(200);
      await expect(up(options)).rejects.toMatchObject({ code: 'AlreadyRunning' });

      const serving = before.processes.find(({ name }) => name === 'serving-2');
      process.kill(serving?.pid ?? 0, 'SIGKILL');
      await eventually(async () => {
        const now = (await status({ home })).processes.find(({ name }) => name === 'serving-2');
        return now?.state === 'healthy' && now.restarts === 1;
      }, 30_000);

      const orphans = pidsOf(await status({ home }));
      process.kill(before.supervisor?.pid ?? 0, 'SIGKILL');
      await eventually(async () => (await status({ home })).state === 'down');
      expect(leftoversOf(home).length).toBeGreaterThan(0);
      await up(options);
      expect(orphans.filter(runs)).toEqual([]);

      const again = pidsOf(await status({ home }));
      expect((await down({ home })).state).toBe('down');
      expect(again.filter(runs)).toEqual([]);
    }),
  180_000,
);
