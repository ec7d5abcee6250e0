import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { isPlain } from '../api/log-lines.js';
import { labels, selectorOf, trainerContainer } from '../names.js';
import { nameOf, rankOf, startedAt } from '../state/pods.js';
import { readTail } from '../watching/read-last-words.js';

/** Lines of the protocol lie between those for people, and are left out. */
const protocolShare = 4;
const leastTail = 200;

/** The last `lines` lines that the first rank printed for people, back through the attempts whose pods are still there. */
export async function lastLines(cluster: Cluster, name: string, lines: number): Promise<readonly string[]> {
  const { items } = await cluster.list<V1Pod>('pods', selectorOf(name));
  const newestFirst = items
    .filter((pod) => rankOf(pod) === 0 && startedAt(pod) !== null)
    .toSorted((a, b) => attemptOf(b) - attemptOf(a) || (startedAt(b) ?? 0) - (startedAt(a) ?? 0));
  let found: readonly string[] = [];
  for (const pod of newestFirst) {
    if (found.length >= lines) break;
    found = [...(await tailOf(cluster, pod, lines)), ...found];
  }
  return lines > 0 ? found.slice(-lines) : [];
}

async function tailOf(cluster: Cluster, pod: V1Pod, lines: number): Promise<readonly string[]> {
  const tailLines = Math.max(leastTail, lines * protocolShare);
  try {
    return (await readTail(cluster, { pod: nameOf(pod), container: trainerContainer, tailLines })).filter(isPlain);
  } catch {
    // Its node, with the log, is gone.
    return [];
  }
}

function attemptOf(pod: V1Pod): number {
  return Number(pod.metadata?.labels?.[labels.attempt] ?? 0);
}
