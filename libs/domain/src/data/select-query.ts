const comment = /^(\s+|--[^\n]*(\n|$)|\/\*([^*]|\*(?!\/))*\*\/)/;
const reading = /^\(*\s*(select|with|values|table)\b/i;

/** Why `query` is no statement that only reads rows, in a few words; `null` when it looks like one. */
export function selectProblem(query: string): string | null {
  let rest = query;
  for (let skipped = comment.exec(rest); skipped !== null; skipped = comment.exec(rest)) {
    rest = rest.slice(skipped[0].length);
  }
  if (rest === '') return 'it is empty; write a select';
  if (reading.test(rest)) return null;
  const [word = ''] = rest.split(/\s/, 1);
  return `it begins with ${JSON.stringify(word.slice(0, 20))}; write a select, which only reads`;
}
