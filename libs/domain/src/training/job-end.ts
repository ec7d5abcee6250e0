/**
 * Why an attempt of a training job ended without a model.
 * - `disrupted`: the machine was taken or the trainer was asked to stop (eviction, spot notice, SIGTERM).
 * - `killed`: SIGKILL by nobody known, and memory had not run out.
 * - `peerLost`: this rank ended because another one had gone.
 */
export type EndCause =
  | 'badConfiguration'
  | 'badData'
  | 'badImage'
  | 'badParameters'
  | 'crashed'
  | 'deadline'
  | 'disrupted'
  | 'foreignJob'
  | 'hung'
  | 'killed'
  | 'noModel'
  | 'nodeLost'
  | 'notANumber'
  | 'notStarted'
  | 'outOfMemory'
  | 'peerLost'
  | 'storageFull'
  | 'tryAgain'
  | 'unschedulable';
