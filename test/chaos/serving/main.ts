import { mkdirSync, rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from './options.js';
import { startPostgres } from './postgres.js';
import { stories } from './stories.js';
import type { Story, Verdict } from './story.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function playOne(story: Story, scene: Parameters<Story['play']>[0]): Promise<Verdict> {
  try {
    return await story.play(scene);
  } catch (error) {
    return { invalid: [], problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
}

/** Plays the chosen stories one after the other. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(
    args,
    stories.map(({ letter }) => letter),
  );
  const root = await mkdtemp(join(tmpdir(), 'laurel-serving-stories-'));
  await chmod(root, 0o711);
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  await using postgres = await startPostgres(root);
  const chosen = stories.filter(({ letter }) => options.only?.includes(letter) ?? true);
  let passed = 0;
  for (const story of chosen) {
    const folder = join(root, story.letter);
    mkdirSync(folder);
    const startedAt = performance.now();
    say(`\n== ${story.letter}: ${story.title} (load average ${loadavg()[0]?.toFixed(1)})`);
    const prefixed = (line: string) => say(`${story.letter} ${line}`);
    const verdict = await playOne(story, { ...options, postgres, folder, say: prefixed });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    for (const reason of verdict.invalid) say(`${story.letter} INVALID RUN: ${reason}`);
    for (const problem of verdict.problems) say(`${story.letter} DOES NOT HOLD: ${problem}`);
    const isPassed = verdict.problems.length === 0 && verdict.invalid.length === 0;
    if (isPassed) passed += 1;
    say(
      `${story.letter} ${isPassed ? 'PASSED' : 'FAILED'} after ${seconds} s (load average ${loadavg()[0]?.toFixed(1)})`,
    );
  }
  say(`\n${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length && passed > 0 ? 0 : 1;
}

// Servers that are up end in the handlers of `exit`.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main(process.argv.slice(2));
