import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly } from './commands.mjs';
import { exclusively } from './exclusively.mjs';
import { checkoutCache, checkoutId, contentsOf, hashOf, root } from './places.mjs';

const stamp = join(checkoutCache, 'packages');

/**
 * Installs the packages of package-lock.json, once per content of the lock. `npm install`, not `npm ci`: npm 11's `ci`
 * refuses locks made where a registry lacks other platforms' binaries. `--no-save` leaves the lock as it is.
 */
export async function installPackages(say) {
  const wanted = hashOf(contentsOf(['package-lock.json', 'package.json']));
  if (isInstalled(wanted)) return 'up to date';
  return exclusively(`packages-${checkoutId}`, say, async () => {
    if (isInstalled(wanted)) return 'up to date';
    say('npm install (one to two minutes, once)');
    const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
      ? [process.execPath, process.env.npm_execpath]
      : ['npm'];
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
    await quietly(npm[0], [...npm.slice(1), ...args], {
      env: { ONNXRUNTIME_NODE_INSTALL: 'skip', SCARF_ANALYTICS: 'false' },
    });
    mkdirSync(checkoutCache, { recursive: true });
    writeFileSync(stamp, wanted);
    return 'installed';
  });
}

function isInstalled(wanted) {
  return (
    existsSync(join(root, 'node_modules', '.package-lock.json')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === wanted
  );
}
