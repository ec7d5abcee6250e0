// The background supervisor of `laurel up --detach`. Takes its order over IPC, reports until all is up, and then goes on
// alone until it is told to stop.
import { isLaurelError } from '@laurel/contracts';
import { superviseHere } from './attached.js';
import type { DetachedOrder, DetachedWord } from './detached-wire.js';

const say = (word: DetachedWord): void => {
  if (process.connected) process.send?.(word);
};

process.once('message', (message) => void supervise(message as DetachedOrder));
process.on('disconnect', () => undefined);

async function supervise({ options }: DetachedOrder): Promise<void> {
  try {
    const stack = await superviseHere({
      ...options,
      onProgress: (progress) => {
        process.stdout.write(
          `${new Date().toISOString()} ${progress.process}: ${progress.state}: ${progress.message}\n`,
        );
        say({ kind: 'progress', progress });
      },
    });
    const { home, ports, urls, environment } = stack;
    say({ kind: 'up', home, ports, urls, environment });
    await stack.stopped;
    process.exit(0);
  } catch (error) {
    const { code, message } = isLaurelError(error) ? error : { code: 'Internal' as const, message: String(error) };
    process.stderr.write(`${code}: ${message}\n`);
    say({ kind: 'failed', code, message });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}
