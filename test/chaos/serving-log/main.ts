import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type RandomStream, randomFrom } from '@laurel/domain';
import { prepareHome } from './home.js';
import { startLoad } from './load.js';
import type { ServingTask } from './serving-process.js';
import { readStored, unshipped } from './stored.js';
import { startVictim } from './victim.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Longest life of a process under load, milliseconds. */
const longestLife = 600;

function numberAfter(args: readonly string[], option: string, otherwise: number): number {
  const index = args.indexOf(option);
  return index === -1 ? otherwise : Number(args[index + 1]);
}

/** What one killed process had acknowledged. */
interface Life {
  readonly acknowledged: readonly string[];
  readonly refused: readonly number[];
}

/** Lets a process answer under load and kills it at a moment that nobody chose; one in five is draining when it dies. */
async function liveAndDie(task: ServingTask, random: RandomStream): Promise<Life> {
  const victim = await startVictim(task);
  const load = startLoad(victim.url);
  await pause(random.next() * longestLife);
  if (random.next() < 0.2) {
    victim.askToEnd();
    await pause(random.next() * longestLife);
  }
  await victim.kill();
  await load.stop();
  return load;
}

/** Lets processes take over what the dead have left, until all of it is in the object store. */
async function settle(task: ServingTask): Promise<void> {
  for (let round = 0; round < 5; round++) {
    const victim = await startVictim(task);
    victim.askToEnd();
    await victim.ended;
    if ((await unshipped(task.home)).length === 0) return;
  }
}

async function judge(task: ServingTask, lives: readonly Life[]): Promise<number> {
  const stored = await readStored(task.home);
  const left = await unshipped(task.home);
  const acknowledged = lives.flatMap((life) => life.acknowledged);
  const lostOf = (life: Life) => life.acknowledged.filter((id) => !stored.ids.has(id)).length;
  const failed = lives.filter((life) => lostOf(life) > 0).length;
  const lost = lives.reduce((sum, life) => sum + lostOf(life), 0);
  say(`acknowledged predictions: ${acknowledged.length}; lost: ${lost}`);
  say(
    `rows in ${stored.files} files: ${stored.rows}; ids: ${stored.ids.size}; rows more than ids: ${stored.rows - stored.ids.size}`,
  );
  say(
    `ids with two contents: ${stored.contradictions}; ids acknowledged twice: ${acknowledged.length - new Set(acknowledged).size}`,
  );
  say(
    `answers refused: ${lives.flatMap(({ refused }) => refused).length}; files left on the disk of serving: ${left.length}`,
  );
  const wrong = stored.contradictions + left.length > 0 || acknowledged.length === 0;
  say(`${lives.length - failed} passed, ${failed + (wrong ? 1 : 0)} failed`);
  return failed === 0 && !wrong ? 0 : 1;
}

/**
 * `--kills N --seed S`: kills a serving process under strict logging N times, each time under load over HTTP, then looks
 * whether every prediction that a client has been given is in the files of the prediction log.
 */
async function main(args: readonly string[]): Promise<number> {
  const kills = numberAfter(args, '--kills', 200);
  const random = randomFrom(numberAfter(args, '--seed', 1));
  const home = await mkdtemp(join(tmpdir(), 'laurel-serving-log-'));
  try {
    const task = await prepareHome(home);
    const lives: Life[] = [];
    for (let kill = 1; kill <= kills; kill++) {
      lives.push(await liveAndDie(task, random));
      const acknowledged = lives.reduce((sum, life) => sum + life.acknowledged.length, 0);
      if (kill % 10 === 0 || kill === kills) say(`${kill}/${kills} kills, ${acknowledged} predictions acknowledged`);
    }
    await settle(task);
    return await judge(task, lives);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

process.exitCode = await main(process.argv.slice(2));
