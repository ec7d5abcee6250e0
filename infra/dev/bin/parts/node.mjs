import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { quietly, SetUpError } from './commands.mjs';
import { root } from './places.mjs';
import { atLeast } from './versions.mjs';

/** Oldest Node that runs Jest with ES modules required from CommonJS. */
const needed = '24.9.0';

/** Finds a Node that is new enough: the one running, else the one that npm brought. Returns its path and version. */
export async function findNode() {
  if (atLeast(process.versions.node, needed)) return { path: process.execPath, version: process.versions.node };
  const brought = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (!existsSync(brought)) {
    const reason = `Laurel needs Node.js ${needed} or newer, this is ${process.versions.node}`;
    throw new SetUpError(
      `${reason}, and npm brought none for ${process.platform}-${process.arch}; install it from https://nodejs.org.`,
    );
  }
  return { path: brought, version: (await quietly(brought, ['--version'])).trim().slice(1) };
}

/** PATH with this Node and the packages' commands first. */
export function pathWith(node) {
  return [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
}
