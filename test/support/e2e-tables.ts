/** Small tables with a signal that a model can learn; the same numbers in every run. */

type Draw = () => number;

/** Numbers from 0 to 1, the same for the same seed. */
function drawing(seed: number): Draw {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const pick = <Value>(draw: Draw, values: readonly Value[]): Value | undefined =>
  values[Math.floor(draw() * values.length)];
const gone = (draw: Draw, cell: string) => (draw() < 0.1 ? '' : cell);

function table(header: string, rows: number, row: (draw: Draw) => string): string {
  const draw = drawing(7);
  return `${[header, ...Array.from({ length: rows }, () => row(draw))].join('\n')}\n`;
}

/** Who leaves: texts in quotes, with commas and quotes inside, and missing cells. */
export const leavers = table('age,plan,"note, long",spend,churned', 400, (draw) => {
  const age = Math.floor(18 + draw() * 60);
  const cells = [
    age,
    pick(draw, ['basic', 'pro', '"team ""A"""']),
    gone(draw, pick(draw, ['"yes, sir"', '"no"', 'maybe']) ?? ''),
    gone(draw, (draw() * 100).toFixed(2)),
  ];
  return [...cells, draw() < (age > 45 ? 0.85 : 0.1) ? 'Yes' : 'No'].join(',');
});

/** Three kinds of flowers by two lengths. */
export const flowers = table('petal,sepal,kind', 300, (draw) => {
  const kind = Math.floor(draw() * 3);
  return [(kind * 2 + draw()).toFixed(2), (5 + draw()).toFixed(2), ['iris', 'rose', 'tulip'][kind]].join(',');
});

/** Prices of homes: a numeric target. */
export const homes = table('area,town,price', 300, (draw) => {
  const area = 30 + draw() * 120;
  return [area.toFixed(1), pick(draw, ['Ulm', 'Bonn']), (area * 2100.5 + draw() * 9000).toFixed(2)].join(',');
});

/** Who paid: a target of booleans. */
export const payers = table('balance,country,paid', 300, (draw) => {
  const balance = draw() * 1000;
  return [balance.toFixed(2), pick(draw, ['DE', 'FR', 'IT']), draw() < (balance > 500 ? 0.9 : 0.1)].join(',');
});

/** `leavers` by age alone, with a column that has no value and one that always has the same. */
export const hollow = table('age,blank,same,churned', 300, (draw) => {
  const age = Math.floor(18 + draw() * 60);
  return [age, '', 'x', draw() < (age > 45 ? 0.85 : 0.1) ? 'Yes' : 'No'].join(',');
});
