/** Which way a metric is better. */
export type Goal = 'maximize' | 'minimize';
