import type { ApprovalField, ApprovalForm } from './approval-rules.js';

/** One field that is not filled in as its form asks. */
export interface FormProblem {
  readonly field: string;
  readonly message: string;
}

/** What is wrong with `values`; empty when they fill in `form`. Values are of any shape: they come from outside. */
export function formProblems(form: ApprovalForm, values: { readonly [name: string]: unknown }): readonly FormProblem[] {
  const unknown = Object.keys(values)
    .filter((field) => !Object.hasOwn(form, field))
    .map((field) => ({
      field,
      message: `is not asked for; the form has ${Object.keys(form).join(', ') || 'no fields'}`,
    }));
  const wrong = Object.entries(form).flatMap(([field, spec]) => {
    const message = problemOf(spec, Object.hasOwn(values, field) ? values[field] : undefined);
    return message === undefined ? [] : [{ field, message }];
  });
  return [...unknown, ...wrong];
}

function problemOf(spec: ApprovalField, value: unknown): string | undefined {
  if (value === undefined || value === null) return spec.required ? 'must be filled in' : undefined;
  if (spec.type === 'boolean') return typeof value === 'boolean' ? undefined : 'must be true or false';
  if (spec.type === 'number') return numberProblem(spec, value);
  if (typeof value !== 'string') return 'must be text';
  if (spec.type === 'enum') return spec.values.includes(value) ? undefined : `must be one of ${spec.values.join(', ')}`;
  if (spec.required && value.trim() === '') return 'must be filled in';
  return value.length > spec.maxLength ? `must have at most ${spec.maxLength} characters` : undefined;
}

function numberProblem(
  { min, max }: { readonly min?: number; readonly max?: number },
  value: unknown,
): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (min !== undefined && value < min) return `must be at least ${min}`;
  return max !== undefined && value > max ? `must be at most ${max}` : undefined;
}
