import type { V1Job, V1Pod } from '@kubernetes/client-node';
import {
  type Digest,
  type JobProgress,
  progressAfter,
  progressAtStart,
  type SignsOfLife,
  signsAfter,
  signsAtStart,
} from '@laurel/domain';
import { limitsIn } from '../manifest/attempt-limits.js';
import { annotations } from '../names.js';
import { outputIn } from '../state/last-words.js';
import { rankOf } from '../state/pods.js';

/** Where an attempt is, as far as its first rank's log and the cluster say. */
export interface Place {
  readonly progress: JobProgress;
  readonly signs: SignsOfLife;
  /** What the trainer's pod said it stored. */
  readonly output: Digest | undefined;
}

/** The place of an attempt of which nothing has been read. */
export function placeAtStart(job: V1Job, now: number): Place {
  const step = job.metadata?.annotations?.[annotations.checkpoint];
  const progress = progressAtStart({
    attempt: limitsIn(job)?.attempt ?? 1,
    node: null,
    waiting: null,
    fromStep: step === undefined ? null : Number(step),
  });
  return { progress, signs: signsAtStart(now), output: undefined };
}

/**
 * The place after lines of the first rank, and what of it is worth telling: each message, and the newest numbers. `now`
 * where the lines came as they were written; older ones are no sign of life.
 */
export function placeAfter(
  place: Place,
  lines: readonly string[],
  now: number | null,
): { readonly place: Place; readonly told: readonly JobProgress[] } {
  const told: JobProgress[] = [];
  let latest = place;
  for (const line of lines) {
    const next = afterLine(latest, line, now);
    if (next.progress !== latest.progress) told.push(next.progress);
    latest = next;
  }
  return { place: latest, told: told.filter(({ message }, index) => message !== null || index === told.length - 1) };
}

function afterLine(before: Place, text: string, now: number | null): Place {
  return {
    progress: progressAfter(before.progress, text) ?? before.progress,
    signs: signsAfter(before.signs, stepIn(text), now ?? before.signs.at),
    output: outputIn(text) ?? before.output,
  };
}

const nowhere = progressAtStart({ attempt: 0, node: null, waiting: null, fromStep: null });

/** What a progress line itself says: after a restart within the attempt, steps that are done again are signs of life. */
function stepIn(text: string): { readonly step: number; readonly totalSteps: number | null } | null {
  const said = progressAfter(nowhere, text);
  return said === undefined || said.message !== null ? null : said;
}

/** Another pod runs the first rank: it goes on from a checkpoint, so the clock begins anew. */
export function placeInNewPod(place: Place, now: number): Place {
  return { ...place, signs: signsAtStart(now) };
}

/** Nothing ages while an attempt waits. */
export function placeWhileWaiting(place: Place, now: number): Place {
  return { ...place, signs: { ...place.signs, at: now } };
}

/** The place as the cluster knows it: on which node, and what it waits for. */
export function placeIn(place: Place, pods: readonly V1Pod[], waiting: string | null): Place {
  const node = pods.findLast((pod) => rankOf(pod) === 0)?.spec?.nodeName ?? place.progress.node;
  if (node === place.progress.node && waiting === place.progress.waiting) return place;
  return { ...place, progress: { ...place.progress, node, waiting, message: null } };
}
