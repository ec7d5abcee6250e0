import type { Decision } from './evidence.js';
import type { OpenAnalysis } from './rollout.js';

/** While nothing is to be settled a look only guards: everything but a rollback means "go on watching". */
export function decisionFor(analysis: Pick<OpenAnalysis, 'settle' | 'shadowRequests'>, decision: Decision): Decision {
  const guarding = analysis.settle.length === 0 && analysis.shadowRequests === null;
  if (!guarding || decision.action === 'rollBack') return decision;
  return { ...decision, verdict: 'inconclusive', action: 'continue' };
}
