import { normalCdf } from './distributions.js';
import { gaussLegendre } from './gauss-legendre.js';

/*
 * Brownian motion seen at a few times, stopped at boundaries: Armitage, McPherson and Rowe, "Repeated significance tests on
 * accumulating data", Journal of the Royal Statistical Society A 132 (1969). The density of the paths that have crossed nothing
 * yet is carried from look to look by integration.
 */

/** Paths that have crossed nothing yet: their probability masses at points of the sum, at `time` (0 to 1). */
export interface Survivors {
  readonly time: number;
  readonly points: readonly number[];
  readonly masses: readonly number[];
}

/** Region in which a path goes on, in standard deviations. */
export interface Corridor {
  readonly lower: number;
  readonly upper: number;
}

/** Before the first look every path is at zero. */
export const atStart: Survivors = { time: 0, points: [0], masses: [1] };

/** Beyond this many standard deviations lies less than 1e-15 of all paths. */
const farthest = 8;
/** Width of a panel in standard deviations of a step; sixteen points on it are exact to about 1e-10. */
const panelWidth = 4;
const maximumPanels = 64;

/** Probability that a path which has crossed nothing yet is above `z` standard deviations at `time`. */
export function chanceAbove(survivors: Survivors, time: number, z: number): number {
  const step = Math.sqrt(time - survivors.time);
  const bound = z * Math.sqrt(time);
  return survivors.points.reduce((sum, point, index) => {
    const distance = (bound - point) / step;
    if (distance > farthest) return sum;
    return sum + (survivors.masses[index] ?? 0) * (distance < -farthest ? 1 : normalCdf(-distance));
  }, 0);
}

/** The paths that are inside `corridor` at `time`. */
export function surviving(survivors: Survivors, time: number, corridor: Corridor): Survivors {
  const step = Math.sqrt(time - survivors.time);
  const scale = Math.sqrt(time);
  const low = scale * Math.max(-farthest, corridor.lower);
  const high = scale * Math.min(farthest, corridor.upper);
  if (!(high > low)) return { time, points: [], masses: [] };
  const panels = Math.min(maximumPanels, Math.ceil((high - low) / (panelWidth * step)));
  const { points, weights } = gaussLegendre(low, high, panels);
  const masses = points.map((point, index) => (weights[index] ?? 0) * densityAt(survivors, point, step));
  return { time, points, masses };
}

function densityAt({ points, masses }: Survivors, at: number, step: number): number {
  let sum = 0;
  for (let index = 0; index < points.length; index += 1) {
    const distance = (at - (points[index] ?? 0)) / step;
    if (Math.abs(distance) < farthest) sum += (masses[index] ?? 0) * Math.exp(-0.5 * distance * distance);
  }
  return sum / (step * Math.sqrt(2 * Math.PI));
}
