import type { z } from 'zod';

/** The parts of a zod definition that are walked here. */
interface Definition {
  readonly type: string;
  readonly shape?: { readonly [key: string]: z.core.$ZodType };
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

/** Keys that a mapping at `path` may have under `schema`; of all branches where there is a choice. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<readonly Definition[]>(
    (definitions, segment) => definitions.flatMap((definition) => descend(definition, segment)),
    unwrapped(schema),
  );
  return [...new Set(found.flatMap(({ shape }) => Object.keys(shape ?? {})))];
}

function descend(definition: Definition, segment: PropertyKey): readonly Definition[] {
  const next = definition.shape?.[String(segment)] ?? definition.element ?? definition.valueType;
  return next === undefined ? [] : unwrapped(next);
}

function unwrapped(schema: z.core.$ZodType): readonly Definition[] {
  const definition = schema._zod.def as unknown as Definition;
  if (definition.options !== undefined) return definition.options.flatMap(unwrapped);
  const inner = definition.innerType ?? definition.in;
  return inner === undefined ? [definition] : unwrapped(inner);
}
