// Takes secrets out of what a trainer prints: values that are known to be secret, passwords in addresses, and whatever stands
// behind a name that sounds like a secret.
const mask = '***';
/** Shorter ones stand in too many words. */
const shortestSecret = 6;

/** What comes before the word is bounded, so that a long line of dots and dashes costs no more than any other. */
const secretName =
  '[\\w.-]{0,100}(?:secret|token|passw(?:or)?d|passphrase|credential|(?:api|access|private|encryption)[_-]?key(?:[_-]?id)?)s?';
/** `NAME=value`, `NAME: value`, `"NAME": "value"`, `'NAME': 'value'`. */
const namedSecret = new RegExp(
  `(?<before>(["']?)\\b${secretName}\\2\\s*[=:]\\s*)(?:"(?<double>(?:[^"\\\\]|\\\\.)*)"|'(?<single>(?:[^'\\\\]|\\\\.)*)'|(?<bare>[^\\s"',;(){}[\\]]+))`,
  'gi',
);
const password = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:@/]*:)[^\s@/]+@/gi;
const bearer = /(\bbearer\s+)[\w.~+/=-]{8,}/gi;
const plainWord = /^(?:true|false|null|none|[-+]?[\d.]+(?:e[-+]?\d+)?)$/i;

const wholeName = new RegExp(`^${secretName}$`, 'i');

/** The values among `variables` that are secret by their names, and the passwords in those that are addresses. */
export function secretValues(variables) {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (!value) return [];
    return wholeName.test(name) ? [value] : passwordsIn(value);
  });
}

function passwordsIn(value) {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  return password === '' ? [] : [password, decoded(password)];
}

/** As it was before it stood in an address. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare percent sign, which addresses may hold.
    return text;
  }
}

/** A function from a line to the line without secrets. A line that is JSON stays JSON. */
export function createMask(secrets) {
  const known = [...new Set(secrets.flatMap(spellings))].filter((value) => value.length >= shortestSecret);
  known.sort((a, b) => b.length - a.length);
  return (line) => {
    let text = line;
    for (const value of known) text = text.replaceAll(value, mask);
    return text.replace(password, `$1${mask}@`).replace(bearer, `$1${mask}`).replace(namedSecret, hide);
  };
}

/** Numbers are no secrets: `{"tokens": 120}` is a metric. */
function hide(found, ...parts) {
  const { before, double, single, bare } = parts.at(-1);
  if (bare !== undefined && plainWord.test(bare)) return found;
  const quote = double === undefined ? (single === undefined ? '' : "'") : '"';
  return `${before}${quote}${mask}${quote}`;
}

/** As it is, as it stands in JSON, and line by line. */
function spellings(value) {
  return [value, JSON.stringify(value).slice(1, -1), ...value.split('\n')];
}
