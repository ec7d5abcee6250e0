import type { JobResources, Placement } from './job.js';

/**
 * Prices per hour by what is used: `cpu` (one core), `gpu` (any GPU), or a kind of GPU such as `nvidia-l4`; with `/spot`
 * behind it, the price on spot capacity.
 */
export interface Prices {
  /** ISO 4217 code, such as `USD`. */
  readonly currency: string;
  readonly hourly: { readonly [resource: string]: number };
}

/** An amount of money; of a price, per hour. */
export interface Cost {
  readonly amount: number;
  readonly currency: string;
}

/** What a job occupies, all workers together. */
export interface JobUse {
  readonly cpus: number;
  readonly gpus: number;
}

export function useOf({ cpus, gpu }: JobResources, workers: number): JobUse {
  return { cpus: cpus * workers, gpus: gpu.count * workers };
}

/**
 * Price per hour of a job, or `null` when a price is missing. GPUs are sold with the cores beside them, so a job with
 * GPUs needs no price of cores; where one is given, it is added.
 */
export function hourlyPrice(
  job: { readonly resources: JobResources; readonly workers: number; readonly placement: Placement },
  prices: Prices | null,
): Cost | null {
  if (prices === null) return null;
  const use = useOf(job.resources, job.workers);
  const priceOf = (name: string): number | undefined =>
    (job.placement === 'spot' ? prices.hourly[`${name}/spot`] : undefined) ?? prices.hourly[name];
  const cpu = priceOf('cpu');
  if (use.gpus === 0) return cpu === undefined ? null : { amount: cpu * use.cpus, currency: prices.currency };
  const { kind } = job.resources.gpu;
  const gpu = (kind === null ? undefined : priceOf(kind)) ?? priceOf('gpu');
  if (gpu === undefined) return null;
  return { amount: gpu * use.gpus + (cpu ?? 0) * use.cpus, currency: prices.currency };
}

/** The sum of two costs; `null` stands for none. A change of currency in between starts afresh. */
export function addCost(one: Cost | null, other: Cost | null): Cost | null {
  if (one === null || other === null) return one ?? other;
  if (one.currency !== other.currency) return other;
  return { amount: one.amount + other.amount, currency: one.currency };
}
