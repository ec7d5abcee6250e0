/**
 * Milliseconds of processor time that this thread has used. Limits on it tell an algorithm of another order; unlike the clock,
 * it stands still while other processes or the host have the core.
 */
export function processorMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
