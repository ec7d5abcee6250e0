/** `control`: workflows and quick activities. `compute`: evaluation. `train`: jobs. */
export const taskQueues = {
  control: 'laurel-control',
  compute: 'laurel-compute',
  train: 'laurel-train',
} as const;

export type TaskQueue = (typeof taskQueues)[keyof typeof taskQueues];
