import type { z } from 'zod';
import { type Finding, unknownKey, wrongValue } from './project-problem.js';
import { keysAt } from './schema-keys.js';

type Issue = z.core.$ZodIssue;

/** What zod found in `value`, in sentences. */
export function findingsOf(schema: z.core.$ZodType, value: unknown, issues: readonly Issue[]): readonly Finding[] {
  return issues.flatMap((issue) => findingOf({ schema, value, issue, above: [] }));
}

interface Context {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  readonly issue: Issue;
  /** Path of the choice the issue comes from. */
  readonly above: readonly PropertyKey[];
}

function findingOf({ schema, value, issue, above }: Context): readonly Finding[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(path, key, keysAt(schema, path)));
  }
  if (issue.code === 'invalid_union') return choiceFindings({ schema, value, above: path, branches: issue.errors });
  return [wrongValue(path, valueAt(value, path), allowedBy(issue))];
}

/**
 * A value that fits no branch of a choice: keys that no branch knows, else the issues of the branch that is nearest,
 * which is the one with the fewest foreign or missing keys.
 */
function choiceFindings(input: {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  readonly above: readonly PropertyKey[];
  readonly branches: readonly (readonly Issue[])[];
}): readonly Finding[] {
  const { schema, value, above, branches } = input;
  const here = valueAt(value, above);
  const known = keysAt(schema, above);
  if (typeof here !== 'object' || here === null || Array.isArray(here) || known.length === 0) {
    const allowed =
      known.length > 0 ? `a mapping with ${known.join(' or ')}` : branches.flat().map(allowedBy).join(', or ');
    return [wrongValue(above, here, allowed)];
  }
  const foreign = Object.keys(here).filter((key) => !known.includes(key));
  if (foreign.length > 0) return foreign.map((key) => unknownKey(above, key, known));
  if (Object.keys(here).length === 0) return [wrongValue(above, here, `one of the keys ${known.join(', ')}`)];
  const best = [...branches].sort((a, b) => misfit(a, here) - misfit(b, here))[0] ?? [];
  return best.flatMap((issue) => findingOf({ schema, value, issue, above }));
}

function misfit(issues: readonly Issue[], value: object): number {
  const foreign = issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 0), 0);
  const missing = issues.filter(
    ({ path: [key, ...rest] }) => key !== undefined && rest.length === 0 && !(key in value),
  );
  return (foreign + missing.length) * 100 + issues.length;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, segment) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[segment] : undefined,
    value,
  );
}

const typeWords: { readonly [type: string]: string } = {
  string: 'text (in quotes if it looks like a number)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'null',
};

function allowedBy(issue: Issue): string {
  if (issue.code === 'invalid_type') return typeWords[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'too_big') {
    const unit = issue.origin === 'string' ? ' characters' : '';
    return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit}`;
  }
  if (issue.code !== 'too_small') return issue.message;
  if (issue.origin === 'string') return 'text that is not empty';
  if (issue.origin === 'array') return `a list of at least ${issue.minimum}`;
  return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
}
