const units = [
  ['Ti', 2 ** 40],
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
] as const;

/** Bytes as Kubernetes writes them, in the largest unit that loses nothing: `2Gi`, `1536Mi`, `1000`. */
export function byteQuantity(bytes: number): string {
  const unit = units.find(([, size]) => bytes >= size && bytes % size === 0);
  return unit === undefined ? String(Math.round(bytes)) : `${bytes / unit[1]}${unit[0]}`;
}

/** Cores as Kubernetes writes them: `2`, `500m`. */
export function cpuQuantity(cpus: number): string {
  return Number.isInteger(cpus) ? String(cpus) : `${Math.max(1, Math.round(cpus * 1_000))}m`;
}
