import { LaurelError } from '@laurel/contracts';
import { type FilterComparison, parseRegistryFilter } from '@laurel/domain';
import type { RegistryCondition } from '@laurel/ports';
import type { Arguments } from '../arguments.js';

type Attribute = Exclude<RegistryCondition['field'], { readonly kind: 'tag' }>;

/** Attributes that a search may compare, by their names in MLflow. */
export interface Searchable {
  readonly attributes: { readonly [name: string]: Attribute };
}

const textOperators = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN'];
const tagOperators = ['=', '!=', 'LIKE', 'ILIKE'];
const numberOperators = ['=', '!=', '<', '<=', '>', '>='];
/** Attributes that may be compared with a list. */
const listed: readonly string[] = ['name', 'runId'];

/** The conditions of a filter. Error: `InvalidInput` that names the clause. */
export function conditionsIn(args: Arguments, { attributes }: Searchable): readonly RegistryCondition[] {
  const parsed = parseRegistryFilter(args.text('filter') ?? '');
  if (!parsed.ok) throw new LaurelError('InvalidInput', `Invalid clause(s) in filter string: ${parsed.problem}.`);
  return parsed.comparisons.map((comparison) => conditionOf(comparison, attributes));
}

function conditionOf(comparison: FilterComparison, attributes: Searchable['attributes']): RegistryCondition {
  const { entity, key } = comparison;
  if (entity === 'tag' || entity === 'tags') return tagCondition(comparison);
  if (entity !== null && entity !== 'attribute') {
    throw invalid(`Invalid entity type '${entity}'. Valid entity types are attribute, tag, tags.`);
  }
  const field = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
  if (field === undefined) {
    throw invalid(
      `Invalid attribute key '${key.slice(0, 100)}' specified. Valid keys are ${Object.keys(attributes).join(', ')}.`,
    );
  }
  return field.kind === 'version' ? numberCondition(comparison, field) : textCondition(comparison, field);
}

function tagCondition({ key, operator, value }: FilterComparison): RegistryCondition {
  if (value.kind !== 'text') throw invalid("Expected a quoted string value for tag (e.g. 'my-value').");
  if (!tagOperators.includes(operator)) throw invalid(`Invalid comparator for tag: ${operator}`);
  return { field: { kind: 'tag', key }, operator: wordOf(operator), value: value.text };
}

function textCondition({ key, operator, value }: FilterComparison, field: Attribute): RegistryCondition {
  if (!textOperators.includes(operator)) throw invalid(`Invalid comparator for attribute: ${operator}`);
  const asksList = operator.endsWith('IN');
  if (asksList && !listed.includes(field.kind))
    throw invalid(`Only name and run_id support comparison with a list, not ${key}.`);
  if (value.kind === 'texts' && asksList) return { field, operator: wordOf(operator), value: value.texts };
  if (value.kind === 'text' && !asksList) return { field, operator: wordOf(operator), value: value.text };
  throw invalid('Expected a quoted string value or a list of quoted string values for attributes.');
}

function numberCondition({ key, operator, value }: FilterComparison, field: Attribute): RegistryCondition {
  if (!numberOperators.includes(operator)) throw invalid(`Invalid comparator for attribute ${key}: ${operator}`);
  const number = value.kind === 'number' ? value.number : value.kind === 'text' ? wholeNumber(value.text) : undefined;
  if (number === undefined || !Number.isSafeInteger(number) || Math.abs(number) > 2_147_483_647) {
    throw invalid(`Invalid value for numeric attribute '${key}'.`);
  }
  return { field, operator: wordOf(operator), value: number };
}

function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d{1,10}$/.test(text.trim()) ? Number(text) : undefined;
}

function wordOf(operator: string): RegistryCondition['operator'] {
  return operator.toLowerCase() as RegistryCondition['operator'];
}

function invalid(message: string): LaurelError {
  return new LaurelError('InvalidInput', message);
}

/** Prompts are found only by those who ask for them. */
export function isAboutPrompts(conditions: readonly RegistryCondition[]): boolean {
  const asked = conditions.find(({ field }) => field.kind === 'tag' && field.key === 'mlflow.prompt.is_prompt');
  if (asked === undefined) return false;
  const value = String(asked.value).toLowerCase();
  return (asked.operator === '=' && value === 'true') || (asked.operator === '!=' && value === 'false');
}
