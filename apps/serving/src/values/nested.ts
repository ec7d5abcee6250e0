import { quoted } from '@laurel/domain';
import { refuse } from './refuse.js';

/**
 * Shape of a value that is a list of lists of … of single values. Errors: `InvalidInput` that says where it is ragged.
 */
export function shapeOf(value: unknown, path: string): readonly number[] {
  if (!Array.isArray(value)) return [];
  const [first] = value as readonly unknown[];
  const inner = shapeOf(first, `${path}[0]`);
  for (let index = 1; index < value.length; index++) {
    const shape = shapeOf(value[index], `${path}[${index}]`);
    if (shape.length === inner.length && shape.every((dim, axis) => dim === inner[axis])) continue;
    refuse(
      `${path}[${index}] has shape [${shape.join(', ')}] and ${path}[0] has [${inner.join(', ')}]; all must be alike.`,
    );
  }
  return [value.length, ...inner];
}

/** The single values of nested lists, row-major. */
export function flat(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
}

/** What a value is, for a sentence. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
