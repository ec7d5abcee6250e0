import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cache } from './places.mjs';

const patience = 30 * 60_000;

/** Runs `action` while no other set-up on this machine runs one of the same name; a dead owner's lock is taken over. */
export async function exclusively(name, say, action) {
  const lock = join(cache, 'locks', name);
  const owner = join(lock, 'owner');
  mkdirSync(join(cache, 'locks'), { recursive: true });
  const started = Date.now();
  let told = false;
  while (!take(lock, owner)) {
    if (!ownerLives(owner, started)) rmSync(lock, { recursive: true, force: true });
    else if (Date.now() - started > patience)
      throw new Error(`another set-up holds ${lock} for half an hour; remove the folder if none is running`);
    else {
      if (!told) say('another set-up is at it; waiting for it');
      told = true;
      await wait(500);
    }
  }
  try {
    return await action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function take(lock, owner) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(owner, String(process.pid));
  return true;
}

/** An owner that has not signed yet is given two seconds. */
function ownerLives(owner, waitingSince) {
  let pid;
  try {
    pid = Number(readFileSync(owner, 'utf8'));
  } catch {
    return Date.now() - waitingSince < 2000;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
