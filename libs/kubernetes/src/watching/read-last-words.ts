import type { V1Pod } from '@kubernetes/client-node';
import type { Digest } from '@laurel/domain';
import type { Cluster } from '../api/cluster.js';
import { createLineFilter } from '../api/log-lines.js';
import { fetchContainer, trainerContainer } from '../names.js';
import { lastWords, outputIn } from '../state/last-words.js';
import { fetchFailure, isActive, nameOf, newestOfEachRank, rankOf, trainerEnd } from '../state/pods.js';
import type { LastWords } from '../state/rank-end.js';

const tailLines = 100;
const longestMilliseconds = 10_000;

/** What each ended pod had said; from its status where its log can no longer be read. */
export async function readLastWords(
  cluster: Cluster,
  pods: readonly V1Pod[],
): Promise<{ readonly [pod: string]: LastWords }> {
  const ended = pods.filter((pod) => !isActive(pod));
  const words = await Promise.all(
    ended.map(async (pod) => [nameOf(pod), lastWords(await tailOf(cluster, pod))] as const),
  );
  return Object.fromEntries(words);
}

/** The output that the first rank's pod said it stored, read once more; `undefined` where its log is gone. */
export async function readOutput(cluster: Cluster, pods: readonly V1Pod[]): Promise<Digest | undefined> {
  const first = newestOfEachRank(pods).find((pod) => rankOf(pod) === 0);
  if (first === undefined) return undefined;
  return (await tailOf(cluster, first)).map(outputIn).findLast((output) => output !== undefined);
}

async function tailOf(cluster: Cluster, pod: V1Pod): Promise<readonly string[]> {
  const fetch = fetchFailure(pod);
  const container = fetch === undefined ? trainerContainer : fetchContainer;
  try {
    return await readTail(cluster, { pod: nameOf(pod), container, tailLines });
  } catch {
    // The pod, or its node with the log, is gone.
    const { message = '' } = fetch ?? trainerEnd(pod) ?? {};
    return message.split('\n').map((line) => cluster.mask(line));
  }
}

/** The newest lines of a container, without their times. */
export async function readTail(
  cluster: Cluster,
  of: { readonly pod: string; readonly container: string; readonly tailLines: number },
): Promise<readonly string[]> {
  const filter = createLineFilter();
  const found: string[] = [];
  for await (const raw of cluster.log({ ...of, follow: false }, AbortSignal.timeout(longestMilliseconds))) {
    const line = filter.accept(raw);
    if (line !== undefined) found.push(line);
  }
  return found;
}
