import { run } from './run.js';

const sink = (stream: NodeJS.WriteStream) => ({
  write: (text: string) => void stream.write(text),
  get isTTY() {
    return stream.isTTY && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
  },
  get columns() {
    return stream.columns;
  },
});

// A reader that has seen enough (head, less) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await run(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: sink(process.stdout),
  side: sink(process.stderr),
});
process.exitCode ??= code;
