import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workflowIds } from '@laurel/contracts';
import { openClient } from '@laurel/temporal';
import { type Boundary, boundariesOf } from './boundaries.js';
import { type Ground, openGround } from './ground.js';
import { type Snapshot, takeSnapshot } from './snapshot.js';
import { apply, better, heavy, rollOut, small, train } from './stories.js';

/** Snapshots that cells start from, and the boundaries that clean runs from them have. */
export interface Prepared {
  /** The project is applied; nothing is trained. */
  readonly blank: Snapshot;
  /** v1 is champion; v2 (better) and v3 (too slow) are registered. */
  readonly served: Snapshot;
  readonly training: readonly Boundary[];
  readonly promotion: readonly Boundary[];
  /** Only what the rollback path adds to the promotion's boundaries. */
  readonly rollback: readonly Boundary[];
}

/** Makes the snapshots and runs each story once without a kill, to learn its boundaries. */
export async function prepare(workshop: string, say: (line: string) => void): Promise<Prepared> {
  const home = join(workshop, 'home');
  say('preparing: a blank installation with the project applied');
  await within(home, (ground) => apply(ground, small));
  const blank = await takeSnapshot(home, join(workshop, 'blank'));

  say('preparing: a first champion, a better challenger and one that is too slow');
  let training: readonly Boundary[] = [];
  await within(home, async (ground) => {
    const first = await train(ground);
    training = await boundaries(ground, workflowIds.train('churn', first.runId));
    await rollOut(ground, first.version);
    await apply(ground, better);
    await train(ground);
    await apply(ground, heavy);
    await train(ground);
  });
  const served = await takeSnapshot(home, join(workshop, 'served'));

  say('preparing: a promotion and a rollback without a kill');
  let promotion: readonly Boundary[] = [];
  let rollback: readonly Boundary[] = [];
  await within(home, async (ground) => {
    const turned = await rollOut(ground, 3);
    if (turned.status !== 'rolledBack')
      throw new Error(`the slow challenger should be rolled back and was ${turned.status}`);
    const whole = await boundaries(ground, workflowIds.rollout('churn', turned.incarnation));
    const restore = whole.findIndex(({ activityType }) => activityType === 'restoreSplit');
    rollback = whole.slice(restore);
    const promoted = await rollOut(ground, 2);
    if (promoted.status !== 'promoted')
      throw new Error(`the better challenger should be promoted and was ${promoted.status}`);
    promotion = await boundaries(ground, workflowIds.rollout('churn', promoted.incarnation));
  });
  await rm(home, { recursive: true, force: true });
  return { blank, served, training, promotion, rollback };
}

async function within(home: string, story: (ground: Ground) => Promise<void>): Promise<void> {
  await using ground = await openGround(home, {});
  await story(ground);
}

async function boundaries({ stack }: Ground, workflowId: string): Promise<readonly Boundary[]> {
  const client = openClient({ address: String(stack.environment['LAUREL_TEMPORAL_ADDRESS']) });
  try {
    return await boundariesOf(client, workflowId);
  } finally {
    await client.connection.close();
  }
}
