import { type Figure, figureOf, ratioOf, type Sample, type Spread } from './samples.js';

/** A ratio that Laurel should reach. It is printed beside what was measured, and nothing fails because of it. */
export interface Aim {
  readonly what: string;
  readonly goal: string;
  readonly measured: Spread | null;
  readonly reached: boolean | null;
}

interface Wanted {
  readonly what: string;
  readonly scenario: string;
  readonly figure: Figure;
  /** Whom Laurel is compared with; `best … Python` is the fastest of them in this scenario. */
  readonly to: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

const rate = 'perSecond';
const perModel = (wanted: Omit<Wanted, 'scenario'>, scenario: string): readonly Wanted[] => [
  { ...wanted, what: `${wanted.what}, churn`, scenario },
  { ...wanted, what: `${wanted.what}, MLP`, scenario: `${scenario}-mlp` },
];

const wanted: readonly Wanted[] = [
  ...perModel({ what: 'one row as JSON: rate / empty', figure: rate, to: 'empty', atLeast: 0.6 }, 'single-json'),
  ...perModel({ what: 'one row as JSON: rate / bare', figure: rate, to: 'bare', atLeast: 1.3 }, 'single-json'),
  ...perModel(
    { what: 'one row as JSON: rate / best Python', figure: rate, to: 'best Python', atLeast: 3 },
    'single-json',
  ),
  ...perModel(
    {
      what: 'one row as JSON: rate / best Python that shares no runs',
      figure: rate,
      to: 'best unbatched Python',
      atLeast: 3,
    },
    'single-json',
  ),
  ...perModel({ what: 'one row as JSON: p99 / bare', figure: 'p99', to: 'bare', atMost: 1 }, 'single-json'),
  { what: 'constant rate: p99 / bare', scenario: 'open-json', figure: 'p99', to: 'bare', atMost: 1 },
  { what: 'one client alone: p50 / bare', scenario: 'idle-json', figure: 'p50', to: 'bare', atMost: 1.3 },
  ...perModel({ what: '256 rows as JSON: rate / bare', figure: rate, to: 'bare', atLeast: 1.2 }, 'batch-json'),
  ...perModel(
    { what: '256 rows as binary: rows / in-process', figure: rate, to: 'in-process', atLeast: 0.9 },
    'batch-binary',
  ),
  { what: 'one row over gRPC: rate / KServe', scenario: 'single-grpc', figure: rate, to: 'kserve', atLeast: 2 },
  { what: 'everything on / everything off', scenario: 'single-json', figure: rate, to: 'laurel-off', atLeast: 0.85 },
];

/** Python servers, as far as they took part: all, and those that run each request by itself. */
export interface Pythons {
  readonly all: readonly string[];
  readonly unbatched: readonly string[];
}

/** Every aim with what was measured of it. */
export function aimsOf(samples: readonly Sample[], pythons: Pythons): readonly Aim[] {
  return wanted.map(({ what, scenario, figure, to, atLeast, atMost }) => {
    const among = groupOf(to, pythons);
    const other = among === null ? to : fastest(samples, scenario, among);
    const measured = other === null ? null : ratioOf(samples, { scenario, candidate: 'laurel', to: other }, figure);
    const goal = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
    const median = measured?.median;
    const reached =
      median === undefined ? null : median >= (atLeast ?? Number.NEGATIVE_INFINITY) && median <= (atMost ?? Infinity);
    return { what: among !== null && other !== null ? `${what} (${other})` : what, goal, measured, reached };
  });
}

function groupOf(to: string, pythons: Pythons): readonly string[] | null {
  if (to === 'best Python') return pythons.all;
  return to === 'best unbatched Python' ? pythons.unbatched : null;
}

function fastest(samples: readonly Sample[], scenario: string, names: readonly string[]): string | null {
  const rated = names.flatMap((candidate) => {
    const figure = figureOf(samples, { scenario, candidate }, rate);
    return figure === null ? [] : [{ candidate, median: figure.median }];
  });
  return rated.sort((a, b) => b.median - a.median)[0]?.candidate ?? null;
}
