import { hasHiddenCharacters } from '@laurel/domain';
import { z } from 'zod';

const plain = 'text without control and invisible characters';

/** Plain text of people, of several lines and at most `longest` characters. `rule` is said of characters that nobody sees. */
export function proseText(longest: number, rule = plain) {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !hasHiddenCharacters(text), rule);
}
