import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

function stage(path, value) {
  const staged = `${path}.${process.pid}.partial`;
  const file = openSync(staged, 'w');
  writeSync(file, `${JSON.stringify(value)}\n`);
  fsyncSync(file);
  closeSync(file);
  return staged;
}

/** Writes JSON so that a reader sees all of it or none. */
export function writeWhole(path, value) {
  renameSync(stage(path, value), path);
}

/** The same, but only when nothing is there; tells whether it wrote. */
export function writeOnce(path, value) {
  const staged = stage(path, value);
  try {
    linkSync(staged, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(staged, { force: true });
  }
}
