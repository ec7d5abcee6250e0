import { isErrorCode, LaurelError } from '@laurel/contracts';
import type { EndpointAnswer, ProjectView, RolloutView, RunView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';
import { spanText } from '../output/text.js';
import type { Shown } from '../views/resource-view.js';
import { followRollout } from './follow-rollout.js';
import { followRun } from './follow-run.js';
import { demandGates, readVersion } from './gates.js';
import { poll } from './poll.js';

/** Longest wait for a rollout to begin while its endpoint is free. */
const rolloutPatienceMilliseconds = 120_000;

type Followed = { readonly project: string; readonly runId: string; readonly rollOut: boolean };

/**
 * Follows a run, then the rollout of its version. Errors: the reason of a run that failed or was rejected, `GateFailed`,
 * `CanaryRejected`.
 */
export async function followTraining(context: Context, { project, runId, rollOut }: Followed): Promise<Shown> {
  const started = Date.now();
  const run = await followRun(context, runId);
  const version = versionOf(run);
  const registered = await readVersion(context, { project, version });
  context.printer.note(
    `Version ${version} (${registered.semver}) is registered after ${spanText(Date.now() - started)}.`,
  );
  demandGates(registered);
  if (!rollOut) return { data: { run, rollout: null }, human: () => `Version ${version} of ${project} is registered.` };
  const begun = await rolloutOf(context, { project, version, since: run.startedAt });
  if (begun === 'champion already') {
    return {
      data: { run, rollout: null },
      human: () => `Nothing had changed: version ${version} of ${project} is champion.`,
    };
  }
  const rollout = await followRollout(context, begun);
  return {
    data: { run, rollout },
    human: () => `Version ${version} of ${project} is champion of ${rollout.endpoint} (rollout ${rollout.id}).`,
  };
}

/** Error: why there is no version. */
function versionOf(run: RunView): number {
  if (run.status === 'registered' && run.version !== null) return run.version;
  const code = run.code !== null && isErrorCode(run.code) ? run.code : 'TrainerFailed';
  const reason = run.message ?? `Run ${run.runId} ended as ${run.status}`;
  throw new LaurelError(code, `${reason.replace(/\.$/, '')}; see laurel logs ${run.runId}.`);
}

async function rolloutOf(
  { api, printer }: Context,
  wanted: { readonly project: string; readonly version: number; readonly since: string },
): Promise<RolloutView | 'champion already'> {
  const { endpoint } = await api.get<ProjectView>(`projects/${encodeURIComponent(wanted.project)}`);
  let idleSince = Date.now();
  printer.note(`Waiting for the rollout of version ${wanted.version} on ${endpoint}.`);
  return await poll(async () => {
    const recent = await api.list<RolloutView>(`endpoints/${encodeURIComponent(endpoint)}/rollouts`, 20);
    const own = recent.find(
      ({ challenger, startedAt }) => challenger.version === wanted.version && startedAt >= wanted.since,
    );
    if (own === undefined && (await championOf(api, endpoint)) === wanted.version) return 'champion already';
    if (recent.some(({ status }) => status === 'running')) idleSince = Date.now();
    if (own === undefined && Date.now() - idleSince > rolloutPatienceMilliseconds) {
      throw new LaurelError(
        'DeadlineExceeded',
        `No rollout of version ${wanted.version} began on ${endpoint}; see laurel status, then laurel rollout start.`,
      );
    }
    return own;
  });
}

async function championOf(api: Context['api'], endpoint: string): Promise<number | undefined> {
  return (await api.find<EndpointAnswer>(`endpoints/${encodeURIComponent(endpoint)}`))?.champion?.version;
}
