import { breaker } from './breaker.story.js';
import { killed } from './killed.story.js';
import { overload } from './overload.story.js';
import { shadow } from './shadow.story.js';
import { slowCallers } from './slow-callers.story.js';
import type { Story } from './story.js';
import { swaps } from './swaps.story.js';

/** All stories in the order in which they are played. */
export const stories: readonly Story[] = [swaps, overload, shadow, breaker, slowCallers, killed];
