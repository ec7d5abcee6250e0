import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './places.mjs';

/** Something is missing or failed: one sentence for a person, then what the tool said. */
export class SetUpError extends Error {}

/**
 * Runs a command silently and returns its standard output. Error: `SetUpError` with the last lines it printed; with
 * `limit` (milliseconds) the command and what it started are killed when the time is over.
 */
export function quietly(command, args, { cwd = root, env = {}, limit } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: limit !== undefined,
    });
    let output = '';
    let all = '';
    const keep = (chunk) => (all = (all + chunk).slice(-6000));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      keep(chunk);
    });
    child.stderr.on('data', keep);
    const timer = limit && setTimeout(() => killGroup(child.pid), limit);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(new SetUpError(error.code === 'ENOENT' ? `${command} was not found` : `${command}: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output);
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      const said = all.trim().split('\n').slice(-20).join('\n');
      reject(new SetUpError(`${[command, ...args].join(' ')} ${how}${said ? `:\n${said}` : ''}`));
    });
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** Runs a command on this terminal and returns its exit code. Ctrl-C reaches it by itself; other signals are passed on. */
export function loudly(command, args, { env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    const ignore = () => {};
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    process.on('SIGHUP', pass);
    child.on('error', (error) => reject(new SetUpError(`${command} cannot be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      resolve(signal ? 128 + constants.signals[signal] : code);
    });
  });
}
