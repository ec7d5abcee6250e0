/**
 * Draws the rings of `.dependency-cruiser.cjs` for the README: `--write` renews the block between its markers, without
 * it a stale block is an error. Which libraries are adapters comes from the rules; the arrows are the imports found.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs').forbidden;
const rooms = ['libs', 'workflows', 'activities', 'apps', 'infra/dev'];
const marks = { begin: '<!-- rings:begin -->', end: '<!-- rings:end -->' };

const adapters = /\(([^)]+)\)/
  .exec(rules.find(({ name }) => name === 'adapters-are-strangers').from.path)[1]
  .split('|');

/** The ring a file belongs to, or none when it is a package or a part of Node. */
function ringOf(file) {
  const [room, name] = file.split('/');
  if (room === 'libs') return adapters.includes(name) ? 'adapters' : name;
  if (room === 'apps' || room === 'infra') return `${room}/${name}`;
  return rooms.includes(room) ? room : undefined;
}

async function imports() {
  const bin = fileURLToPath(
    new URL('../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
  );
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_OPTIONS: '' } };
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...rooms, '--output-type', 'json'], options);
  const arrows = new Map();
  for (const { source, dependencies } of JSON.parse(stdout).modules) {
    const from = ringOf(source);
    if (from === undefined) continue;
    const targets = dependencies
      .map(({ resolved }) => ringOf(resolved))
      .filter((to) => to !== undefined && to !== from);
    arrows.set(from, new Set([...(arrows.get(from) ?? []), ...targets]));
  }
  return arrows;
}

/** Whether `to` is reached from `from` without the direct arrow. */
function followsFromOthers(arrows, from, to) {
  const reaches = (at, seen) =>
    at === to || [...(arrows.get(at) ?? [])].some((next) => !seen.has(next) && reaches(next, seen.add(next)));
  return [...arrows.get(from)].some((next) => next !== to && reaches(next, new Set([from, next])));
}

const byName = (a, b) => (a < b ? -1 : 1);
const id = (ring) => ring.replace('/', '_');
const shape = (ring) => `  ${id(ring)}["${ring === 'adapters' ? `adapters<br/>${adapters.join(', ')}` : ring}"]`;

function block(arrows) {
  const rings = [...arrows.keys()].toSorted(byName);
  const lines = rings.flatMap((from) =>
    [...arrows.get(from)]
      .toSorted(byName)
      .filter((to) => !followsFromOthers(arrows, from, to))
      .map((to) => `  ${id(from)} --> ${id(to)}`),
  );
  const mermaid = ['```mermaid', 'flowchart TD', ...rings.map(shape), ...lines, '```'];
  const sentences = rules.map(({ name, comment }) => `- \`${name}\`: ${comment}`);
  const legend =
    'An arrow means “imports”; arrows that follow from others are left out. The rules, each with what to do instead:';
  return [marks.begin, '', ...mermaid, '', legend, '', ...sentences, '', marks.end].join('\n');
}

const file = `${root}README.md`;
const readme = await readFile(file, 'utf8');
const [begin, end] = [readme.indexOf(marks.begin), readme.indexOf(marks.end)];
if (begin < 0 || end < begin)
  throw new Error(`README.md has no ${marks.begin} followed by ${marks.end}: put them back`);
const renewed = `${readme.slice(0, begin)}${block(await imports())}${readme.slice(end + marks.end.length)}`;
if (process.argv.includes('--write')) await writeFile(file, renewed);
else if (renewed !== readme) {
  process.stderr.write('The picture of the rings in README.md is stale: renew it with `npm run docs:rings`.\n');
  process.exitCode = 1;
}
