import {
  codeVersion,
  errorCodes,
  isErrorCode,
  LaurelError,
  type RegistryActivities,
  type TrainingOutcome,
} from '@laurel/contracts';
import { nextSemver } from '@laurel/domain';
import type { RunChange, RunStatus } from '@laurel/ports';
import { digestOf } from '../digest.js';
import type { ActivityPorts } from '../ports.js';
import { remember } from '../step-memory.js';

type Ports = Pick<ActivityPorts, 'packages' | 'projects' | 'registry' | 'runs'>;

/** The run's own row, and the registration that ends a good run. */
export function runActivities(ports: Ports): RegistryActivities {
  return {
    beginRun: (run) => ports.runs.begin(run),
    endRun: ({ runId, outcome }) => ports.runs.update(runId, changeOf(outcome)),
    readProject: async ({ project }) => {
      const stored = await ports.projects.find(project);
      if (stored === undefined)
        throw new LaurelError('NotFound', `there is no project ${project}; apply its laurel.yaml first.`);
      return { model: stored.project, folder: stored.folder };
    },
    registerVersion: (input) =>
      remember(
        ports.runs,
        { name: 'register', context: { ...input, rerun: false }, inputs: { package: input.package } },
        async () => {
          const { manifest } = await ports.packages.verify(input.package);
          const { version, digest, semver } = await ports.registry.register(
            {
              project: input.project,
              digest: input.package,
              runId: input.runId,
              signature: manifest.signature,
              algorithm: manifest.algorithm,
              metrics: input.evaluation.summary,
              gates: input.evaluation.gates,
              gatesPassed: input.evaluation.gatesPassed,
              lineage: manifest.lineage,
              report: input.evaluation.report,
            },
            {
              endpoint: input.model.spec.serving.endpoint,
              policyDigest: digestOf(input.model.spec.evaluation),
              codeVersion,
              nextSemver: (previous) => nextSemver(previous, manifest),
              ...(input.number === undefined ? {} : { number: input.number }),
            },
          );
          return { version, digest, semver };
        },
      ),
  };
}

/** What an end changes in the run's row. */
export function changeOf(outcome: TrainingOutcome | { readonly kind: 'cancelled' }): RunChange {
  if (outcome.kind === 'cancelled') return { status: 'cancelled', ended: true };
  if (outcome.kind === 'registered') {
    return {
      status: 'registered',
      step: 'register',
      version: outcome.version.version,
      code: null,
      message: null,
      ended: true,
    };
  }
  if (outcome.kind === 'repeated') return { status: 'repeated', code: null, message: outcome.message, ended: true };
  return {
    status: statusOfFailure(outcome.code),
    step: outcome.step,
    code: outcome.code,
    message: outcome.message,
    ended: true,
  };
}

/** What is the user's to mend is `rejected`; what is Laurel's or the world's, and what nobody knows, is `failed`. */
export function statusOfFailure(code: string): Extract<RunStatus, 'failed' | 'rejected'> {
  return isErrorCode(code) && errorCodes[code].status < 500 ? 'rejected' : 'failed';
}
