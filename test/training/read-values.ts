import { LaurelError } from '@laurel/contracts';

/** Reads the values of a program's options and remembers what is wrong with them, to say it all at once. */
export function readValues(program: string) {
  const problems: string[] = [];
  return {
    whole(option: string, text: string, least: number): number {
      if (/^\d{1,7}$/.test(text) && Number(text) >= least) return Number(text);
      problems.push(`--${option} is "${text}" (a whole number from ${least})`);
      return least;
    },
    /** Those of `known` that have a part of the list in their name; all when there is no list. */
    names(option: string, text: string | undefined, known: readonly string[]): readonly string[] {
      if (text === undefined) return known;
      const parts = text.split(',').map((name) => name.trim());
      const chosen = known.filter((name) => parts.some((part) => part !== '' && name.includes(part)));
      if (chosen.length === 0) problems.push(`--${option} is "${text}" (parts of ${known.join(', ')})`);
      return chosen;
    },
    /** Error: `InvalidInput` when anything was wrong. */
    demandGood(): void {
      if (problems.length > 0)
        throw new LaurelError('InvalidInput', `${program} cannot start: ${problems.join('; ')}.`);
    },
  };
}
