import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute } from 'node:path';
import { trainerProtocol } from '@laurel/contracts';
import type { JobSpec } from '@laurel/domain';

const systemFolders = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin'];

/**
 * The trainer's whole environment: what any program needs, and the protocol. Built from nothing, so that no secret of
 * the worker can be in it.
 */
export function trainerEnvironment(
  spec: JobSpec,
  job: {
    readonly python: string | null;
    readonly data: string;
    readonly output: string;
    readonly checkpoints: string;
    readonly temporary: string;
    readonly resume: string | null;
    readonly fence: number;
    readonly trackingUrl: string | null;
  },
): Readonly<Record<string, string>> {
  const own = [
    ...(job.python !== null && isAbsolute(job.python) ? [dirname(job.python)] : []),
    dirname(process.execPath),
  ];
  return {
    PATH: [...own, ...systemFolders].join(delimiter),
    HOME: homedir(),
    TMPDIR: job.temporary,
    LANG: 'C.UTF-8',
    ...threadLimits(spec.resources.cpus),
    PYTHONUNBUFFERED: '1',
    // Otherwise the order of a set of texts, and with it a model's bytes, would change from start to start.
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    LAUREL_PROTOCOL: trainerProtocol,
    LAUREL_RUN_ID: spec.runId,
    LAUREL_DATA_DIR: job.data,
    LAUREL_OUTPUT_DIR: job.output,
    LAUREL_CHECKPOINT_DIR: job.checkpoints,
    LAUREL_CHECKPOINT_EVERY: String(spec.checkpointEvery),
    LAUREL_PARAMS: JSON.stringify(spec.parameters),
    LAUREL_SEED: String(spec.seed),
    LAUREL_RESUME: job.resume ?? '',
    LAUREL_FENCE: String(job.fence),
    ...spec.variables,
    ...(job.trackingUrl === null ? {} : { MLFLOW_TRACKING_URI: job.trackingUrl, MLFLOW_RUN_ID: spec.runId }),
  };
}

/** Without them every trainer takes all cores, and trainers side by side spin on each other's locks. */
function threadLimits(cpus: number): Readonly<Record<string, string>> {
  const threads = String(Math.max(1, Math.floor(cpus)));
  return { OMP_NUM_THREADS: threads, OPENBLAS_NUM_THREADS: threads, MKL_NUM_THREADS: threads };
}
