import type { ServingProcess } from './process.js';
import { median } from './story.js';

const everyMilliseconds = 1_000;
/** Samples at either end whose median counts, so that one garbage collection decides nothing. */
const endSamples = 5;
const mebibyte = 1_024 * 1_024;

/** Growth of one process, MiB, and its slope, MiB per hour, between two moments. */
export interface Growth {
  readonly pid: number;
  readonly from: number;
  readonly to: number;
  readonly slope: number;
  readonly samples: number;
}

/** Samples resident memory each second. */
export class MemoryWatch {
  readonly #processes: readonly ServingProcess[];
  readonly #samples: { readonly at: number; readonly bytes: readonly (number | null)[] }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(processes: readonly ServingProcess[]) {
    this.#processes = processes;
    this.#timer = setInterval(() => this.#sample(), everyMilliseconds);
    this.#sample();
  }

  stop(): void {
    this.#sample();
    clearInterval(this.#timer);
  }

  /** Since a moment on the clock of `performance.now()`. */
  growthSince(start: number): readonly Growth[] {
    return this.#processes.map(({ pid }, index) => {
      const points = this.#samples.flatMap(({ at, bytes }) => {
        const own = bytes[index] ?? null;
        return at < start || own === null ? [] : [{ at: at / 3_600_000, size: own / mebibyte }];
      });
      const sizes = points.map(({ size }) => size);
      return {
        pid,
        from: median(sizes.slice(0, endSamples)),
        to: median(sizes.slice(-endSamples)),
        slope: slopeOf(points),
        samples: points.length,
      };
    });
  }

  /** What the first process had in the beginning, MiB. */
  first(): number {
    return (this.#samples[0]?.bytes[0] ?? 0) / mebibyte;
  }

  /** The most that any of the processes had, MiB. */
  peak(): number {
    return Math.max(...this.#samples.flatMap(({ bytes }) => bytes.map((own) => (own ?? 0) / mebibyte)));
  }

  #sample(): void {
    this.#samples.push({ at: performance.now(), bytes: this.#processes.map((one) => one.residentBytes()) });
  }
}

/** Least squares. */
function slopeOf(points: readonly { readonly at: number; readonly size: number }[]): number {
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [at, size] = [mean((point) => point.at), mean((point) => point.size)];
  const spread = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0);
  return points.reduce((sum, point) => sum + (point.at - at) * (point.size - size), 0) / spread;
}
