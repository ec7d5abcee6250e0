import { hasHiddenCharacters } from '@laurel/domain';
import { z } from 'zod';

/** Plain text of people, of several lines and at most `longest` characters. */
export function proseText(longest: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !hasHiddenCharacters(text), 'text without control and invisible characters');
}
