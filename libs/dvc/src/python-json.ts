/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

const shortForms: { readonly [character: string]: string } = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

/** Order of Python's `sorted` on texts: by code point, where JavaScript's goes by UTF-16 code unit. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

/**
 * `json.dumps(value, sort_keys=True)` of Python: `", "` and `": "` between, keys by code point, every UTF-16 code unit
 * outside of U+0020 to U+007E escaped. A whole number is written as Python's `int`, another one as its `float`.
 */
export function pythonJson(value: JsonValue): string {
  if (typeof value === 'string') return pythonText(value);
  if (typeof value === 'number') return pythonNumber(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
  return `{${entries.map(([key, item]) => `${pythonText(key)}: ${pythonJson(item)}`).join(', ')}}`;
}

/** Not `Array.isArray`, which does not tell the compiler about readonly lists. */
function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function pythonText(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => {
    const unit = text.charAt(index);
    const code = text.charCodeAt(index);
    const escaped = code < 0x20 || code > 0x7e ? `\\u${code.toString(16).padStart(4, '0')}` : unit;
    return shortForms[unit] ?? escaped;
  });
  return `"${units.join('')}"`;
}

/** `repr` of a Python number: a float has an exponent of two digits below 1e-4 and from 1e16 on. */
function pythonNumber(value: number): string {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) return plainFloat(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function plainFloat(value: number): string {
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
