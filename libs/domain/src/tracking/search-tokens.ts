/** A word of a filter, with the text it was written as. */
export interface SearchToken {
  readonly kind: 'identifier' | 'text' | 'number' | 'comparator' | 'open' | 'close' | 'comma' | 'unknown';
  readonly text: string;
}

const quoted = String.raw`"(?:""|\\"|[^"])*"`;
const text = String.raw`'(?:''|\\'|[^'])*'`;
const backticked = '`(?:``|[^`])*`';
const name = String.raw`[\p{L}_][\p{L}\p{N}_]*`;

/** In the order in which they are tried; numbers as MLflow's tokenizer has them: `1e5` and `1e-5`, not `1e+5`. */
const forms: readonly (readonly [SearchToken['kind'], RegExp])[] = [
  ['text', new RegExp(text, 'uy')],
  ['number', /-?(?:\d+(?:\.\d+)?e-?\d+|\d+\.\d*|\.\d+|\d+)(?![\p{L}\p{N}_.])/iuy],
  [
    'identifier',
    new RegExp(
      String.raw`(?:${name}|${backticked}|${quoted})(?:\.(?:[\p{L}\p{N}_]+|${backticked}|${quoted}|${text}))*`,
      'uy',
    ),
  ],
  ['comparator', /[<>=~!]+/uy],
  ['open', /\(/uy],
  ['close', /\)/uy],
  ['comma', /,/uy],
  ['unknown', /[^\s]/uy],
];
const space = /\s+/uy;

/** Splits a filter into tokens; what belongs to no form is `unknown`, character by character. */
export function searchTokens(filter: string): readonly SearchToken[] {
  const tokens: SearchToken[] = [];
  let place = 0;
  while (place < filter.length) {
    const blank = matchAt(space, filter, place);
    if (blank !== null) {
      place += blank.length;
      continue;
    }
    const token = tokenAt(filter, place);
    tokens.push(token);
    place += token.text.length;
  }
  return tokens;
}

function tokenAt(filter: string, place: number): SearchToken {
  for (const [kind, form] of forms) {
    const text = matchAt(form, filter, place);
    if (text !== null) return { kind, text };
  }
  return { kind: 'unknown', text: filter.charAt(place) };
}

function matchAt(form: RegExp, filter: string, place: number): string | null {
  form.lastIndex = place;
  return form.exec(filter)?.[0] ?? null;
}
