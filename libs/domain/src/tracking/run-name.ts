const manners = [
  'bold',
  'brisk',
  'calm',
  'clear',
  'deft',
  'eager',
  'fair',
  'keen',
  'mild',
  'quick',
  'sage',
  'spry',
  'sunny',
  'swift',
  'warm',
  'wise',
];
const beings = [
  'bee',
  'carp',
  'crane',
  'dove',
  'elk',
  'finch',
  'hare',
  'heron',
  'lark',
  'lynx',
  'mole',
  'otter',
  'owl',
  'seal',
  'stag',
  'wren',
];

/** A name for a run that was given none, such as `calm-otter-417`. `chance` is at least 0 and below 1. */
export function runName(chance: number): string {
  const place = Math.floor(chance * manners.length * beings.length * 1_000);
  const being = Math.floor(place / 1_000) % beings.length;
  const manner = Math.floor(place / 1_000 / beings.length);
  return `${manners[manner]}-${beings[being]}-${place % 1_000}`;
}
