import { writing } from '../activity-proxies.js';
import type { Course } from './course.js';
import { showStep } from './stage.js';

/** Asked again at the latest then: a freeze may go on for longer than is looked ahead. */
const longestLookMilliseconds = 3_600_000;
const shortestMilliseconds = 250;

/** Waits until the challenger's share may grow. Breaches, aborts and the deadline turn back all the same. */
export async function awaitThaw({ input, mail, waiting }: Course): Promise<void> {
  const { freeze: windows = [] } = input.plan;
  if (windows.length === 0) return;
  for (;;) {
    const { thawsIn } = await writing.readFreeze({ windows });
    if (thawsIn === null) return;
    const { step, weight } = mail.progress();
    await showStep(input, mail, { step, phase: 'waiting for the end of a freeze', weight });
    await waiting.pause(Math.max(shortestMilliseconds, Math.min(thawsIn, longestLookMilliseconds)), () => false);
  }
}
