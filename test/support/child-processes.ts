import { execFileSync } from 'node:child_process';

/** Processes of models that this process has started. */
export function modelProcesses(): readonly number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.filter((line) => line.includes('session-child.mjs')).map((line) => Number.parseInt(line, 10));
}
