/** Points and weights of a rule for integrals; the integral of f is the sum of weight · f(point). */
export interface Quadrature {
  readonly points: readonly number[];
  readonly weights: readonly number[];
}

const order = 16;
const unit = legendreRule(order);

/** Gauss and Legendre's rule of sixteen points on each of `panels` equal parts of [low, high]. */
export function gaussLegendre(low: number, high: number, panels: number): Quadrature {
  const half = (high - low) / panels / 2;
  const points: number[] = [];
  const weights: number[] = [];
  for (let panel = 0; panel < panels; panel += 1) {
    const middle = low + (2 * panel + 1) * half;
    unit.points.forEach((point, index) => {
      points.push(middle + half * point);
      weights.push(half * (unit.weights[index] ?? 0));
    });
  }
  return { points, weights };
}

/** Roots of the Legendre polynomial of degree n by Newton's method, and their weights (Abramowitz and Stegun 25.4.29). */
function legendreRule(n: number): Quadrature {
  const points: number[] = [];
  const weights: number[] = [];
  for (let root = 1; root <= n; root += 1) {
    let x = Math.cos((Math.PI * (root - 0.25)) / (n + 0.5));
    let { value, slope } = legendre(n, x);
    for (let step = 0; step < 10; step += 1) {
      x -= value / slope;
      ({ value, slope } = legendre(n, x));
    }
    points.push(x);
    weights.push(2 / ((1 - x * x) * slope * slope));
  }
  return { points, weights };
}

function legendre(n: number, x: number): { readonly value: number; readonly slope: number } {
  let [before, value] = [1, x];
  for (let degree = 2; degree <= n; degree += 1) {
    [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
  }
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
