import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import type { ShippingAnswer, ShippingTask } from './shipping-tasks.js';

/** Compiled, also where this file is not: a child process knows no loaders. */
const program = fileURLToPath(new URL('../../dist/log/shipping-child.js', import.meta.url));
const memory = '--max-old-space-size=256';
const taskMilliseconds = 120_000;

/** A child process for what may not run where requests are answered. */
export interface ShippingProcess {
  /** One task at a time; starts the child when there is none. Errors: `DependencyUnavailable` for a child that dies or hangs. */
  run(task: ShippingTask): Promise<ShippingAnswer>;
  /** Lets the child go; the next task starts another. */
  rest(): void;
}

export function createShippingProcess(): ShippingProcess {
  let child: ChildProcess | null = null;

  function running(): ChildProcess {
    if (child?.connected) return child;
    child = fork(program, { execArgv: [memory], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'json' });
    child.unref();
    child.channel?.unref();
    return child;
  }

  return {
    run: (task) => ask(running(), task),
    rest: () => {
      if (child?.connected) child.disconnect();
      child = null;
    },
  };
}

function ask(child: ChildProcess, task: ShippingTask): Promise<ShippingAnswer> {
  return new Promise((resolve, reject) => {
    const gone = () =>
      settle(() =>
        reject(new LaurelError('DependencyUnavailable', 'The process that stores the prediction log died.')),
      );
    const late = () => {
      child.kill('SIGKILL');
      gone();
    };
    const timer = setTimeout(late, taskMilliseconds);
    const answered = (answer: unknown) => settle(() => resolve(answer as ShippingAnswer));
    function settle(done: () => void): void {
      clearTimeout(timer);
      child.off('message', answered).off('exit', gone).off('error', gone);
      done();
    }
    child.once('message', answered).once('exit', gone).once('error', gone);
    child.send(task, (error) => {
      if (error !== null) gone();
    });
  });
}
