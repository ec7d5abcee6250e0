import { type ProjectSpec, planNeeds, routerProblems } from '@laurel/domain';
import type { Finding } from './project-problem.js';

/** What `spec.rollout` asks of a router that cannot do it. */
export function routerFindings({ rollout, serving }: ProjectSpec): readonly Finding[] {
  const { router } = serving;
  if (router === null || router === undefined) return [];
  return routerProblems(planNeeds(rollout), router.kind).map((sentence) => ({
    path: sentence.includes('stickyKey') ? ['spec', 'rollout', 'stickyKey'] : ['spec', 'serving', 'router'],
    found: sentence,
    allowed: 'a plan that the router can route',
    says: `spec.serving.router: ${sentence}`,
  }));
}
