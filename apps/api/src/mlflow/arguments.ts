import { LaurelError } from '@laurel/contracts';

const seeDocs = 'See the API docs for more information about request parameters.';
const integerForm = /^[+-]?\d{1,19}$/;
const camelNames = new Map<string, string>();

type Given = Readonly<Record<string, unknown>>;

/**
 * The arguments of one call by their names in MLflow's messages: unknown ones are ignored, `null` and, where something is
 * demanded, the empty text count as missing, `runId` is read where `run_id` is not given. Every reader throws
 * `InvalidInput` that names the argument.
 */
export class Arguments {
  constructor(
    private readonly given: Given,
    /** Where these arguments lie in the call, for example `metrics[3].`. */
    private readonly place = '',
    /** From a query: everything is text, and a list of one looks like a text. */
    private readonly query = false,
  ) {}

  /** The value as it was sent. */
  raw(name: string): unknown {
    const value = this.given[name];
    if (value !== undefined) return value ?? undefined;
    return this.given[camelOf(name)] ?? undefined;
  }

  text(name: string): string | undefined {
    const value = this.single(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.wrong(name, value);
    if (value.includes('\0')) throw this.invalid(name, 'it contains the character NUL');
    return value;
  }

  demandText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw this.missing(name);
    return value;
  }

  /** The text of `run_id`, or of its former name `run_uuid`. */
  runId(): string | undefined {
    return this.text('run_id') || this.text('run_uuid') || undefined;
  }

  demandRunId(): string {
    const value = this.runId();
    if (value === undefined) throw this.missing('run_id');
    return value;
  }

  /** Whole numbers come as numbers or as texts; beyond 2^53 none is exact. */
  integer(name: string): number | undefined {
    const value = this.single(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && integerForm.test(value) ? Number(value) : value;
    if (!Number.isSafeInteger(number)) throw this.wrong(name, value);
    return number as number;
  }

  demandInteger(name: string): number {
    const value = this.integer(name);
    if (value === undefined) throw this.missing(name);
    return value;
  }

  /** `NaN`, `Infinity` and `-Infinity` come as texts. */
  double(name: string): number | undefined {
    const value = this.single(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number') return value;
    const number = typeof value === 'string' ? doubleOf(value) : undefined;
    if (number === undefined) throw this.wrong(name, value);
    return number;
  }

  demandDouble(name: string): number {
    const value = this.double(name);
    if (value === undefined) throw this.missing(name);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.single(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw this.wrong(name, value);
  }

  /** A word of an enumeration, or its number there. */
  word<Word extends string>(name: string, words: { readonly [word in Word]: number }): Word | undefined {
    const value = this.single(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && Object.hasOwn(words, value)) return value as Word;
    const found = (Object.keys(words) as Word[]).find((word) => words[word] === Number(value));
    if (found === undefined) throw this.wrong(name, value);
    return found;
  }

  /** A list of texts; without it, an empty one. */
  texts(name: string): readonly string[] {
    const list = this.list(name);
    for (const [place, item] of list.entries()) {
      if (typeof item !== 'string') throw this.wrong(`${name}[${place}]`, item);
      if (item.includes('\0')) throw this.invalid(`${name}[${place}]`, 'it contains the character NUL');
    }
    return list as readonly string[];
  }

  /** A list of messages; without it, an empty one. */
  messages(name: string): readonly Arguments[] {
    return this.list(name).map((item, place) => {
      if (!isObject(item)) throw this.wrong(`${name}[${place}]`, item);
      return new Arguments(item, `${this.place}${name}[${place}].`);
    });
  }

  message(name: string): Arguments | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.wrong(name, value);
    return new Arguments(value, `${this.place}${name}.`);
  }

  /** An error about an argument that is there; `reason` completes "Invalid value for parameter 'x' supplied:". */
  invalid(name: string, reason: string): LaurelError {
    return new LaurelError('InvalidInput', `Invalid value for parameter '${this.place}${name}' supplied: ${reason}.`);
  }

  missing(name: string): LaurelError {
    return new LaurelError('InvalidInput', `Missing value for required parameter '${this.place}${name}'. ${seeDocs}`);
  }

  private wrong(name: string, value: unknown): LaurelError {
    const shown = `Invalid value ${excerpt(value)} for parameter '${this.place}${name}' supplied`;
    return new LaurelError('InvalidInput', `${shown}: Hint: Value was of type '${pythonType(value)}'. ${seeDocs}`);
  }

  private list(name: string): readonly unknown[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    if (this.query) return [value];
    throw this.wrong(name, value);
  }

  /** Of an argument that a query names several times, the first counts. */
  private single(name: string): unknown {
    const value = this.raw(name);
    return this.query && Array.isArray(value) ? (value as readonly unknown[])[0] : value;
  }
}

/** Reads the arguments of a call from what its body or its query gave. Error: `InvalidInput` when that is no object. */
export function argumentsOf(given: unknown, { query }: { readonly query: boolean }): Arguments {
  const value = typeof given === 'string' ? unwrapped(given) : (given ?? {});
  if (!isObject(value)) throw new LaurelError('InvalidInput', `The request must be a JSON object. ${seeDocs}`);
  return new Arguments(value, '', query);
}

/** Older clients send their JSON as a JSON text. */
function unwrapped(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function camelOf(name: string): string {
  const known = camelNames.get(name);
  if (known !== undefined) return known;
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (camelNames.size < 1_000) camelNames.set(name, camel);
  return camel;
}

function doubleOf(text: string): number | undefined {
  const special = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };
  if (Object.hasOwn(special, text)) return special[text as keyof typeof special];
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function pythonType(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'dict';
}
