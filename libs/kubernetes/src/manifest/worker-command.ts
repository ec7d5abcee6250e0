import type { JobData, JobSpec } from '@laurel/domain';
import { attemptName } from '../names.js';
import { literally } from './trainer-environment.js';

/** Port of the ranks' rendezvous on rank 0; torchrun's own default. */
export const rendezvousPort = 29_400;

const pod = ['python', '-m', 'laurel_trainer.pod'] as const;

/** The main process of a worker's pod: the trainer under supervision, and of several ranks each under torchrun's agent. */
export function workerCommand(spec: JobSpec): string[] {
  const trainer = spec.command.map(literally);
  if (spec.workers === 1) return [...pod, 'run', '--', ...trainer];
  const job = attemptName(spec.name, spec.attempt);
  const launch = ['python', '-m', 'laurel_trainer.launch'];
  const among = ['--nnodes', String(spec.workers), '--node-rank', '$(JOB_COMPLETION_INDEX)'];
  const rendezvous = ['--rdzv', `${job}-0.${job}:${rendezvousPort}`, '-n', '1'];
  return [...pod, 'run', '--', ...launch, ...among, ...rendezvous, '--', ...trainer];
}

/** The init step: fetches and verifies the data, through the cache where there is one. */
export function fetchCommand(data: JobData): string[] {
  const files = { 'train.parquet': data.train, 'validation.parquet': data.validation, 'schema.json': data.schema };
  return [...pod, 'fetch', ...Object.entries(files).map(([name, digest]) => `${name}=${digest}`)];
}
