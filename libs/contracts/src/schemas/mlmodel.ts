import { z } from 'zod';
import { readPlainYaml } from './plain-yaml.js';

/** Flavors that MLflow itself writes; a model of none of them cannot be told apart from any other folder. */
export const knownFlavors: readonly string[] = [
  'sklearn',
  'xgboost',
  'lightgbm',
  'catboost',
  'onnx',
  'pytorch',
  'tensorflow',
  'keras',
  'statsmodels',
  'prophet',
  'pmdarima',
  'spark',
  'h2o',
  'paddle',
  'spacy',
  'transformers',
  'sentence_transformers',
  'langchain',
  'llama_index',
  'openai',
  'dspy',
  'pyfunc_functions',
  'python_function',
];

const flavor = z.looseObject({
  data: z.string().optional(),
  model_data: z.string().optional(),
  pickled_model: z.string().optional(),
  serialization_format: z.string().optional(),
});

const shape = z.looseObject({
  flavors: z.record(z.string().max(200), flavor),
  signature: z.looseObject({ inputs: z.string().nullish(), outputs: z.string().nullish() }).nullish(),
});

/** One flavor of a model: where its data lies, relative to the model's folder. */
export type MlmodelFlavor = z.infer<typeof flavor>;

/** An MLmodel file, as far as Laurel reads it. */
export interface Mlmodel {
  readonly flavors: { readonly [name: string]: MlmodelFlavor };
  /** JSON inside the YAML, as MLflow writes it. */
  readonly signature: { readonly inputs: string | null; readonly outputs: string | null } | null;
}

export type ParsedMlmodel =
  | { readonly ok: true; readonly mlmodel: Mlmodel }
  | { readonly ok: false; readonly problem: string };

const refused = (problem: string): ParsedMlmodel => ({ ok: false, problem });

/**
 * Reads an MLmodel file as plain data: tags that make objects are refused, as are aliases that unfold and keys that appear
 * twice. `problem` completes "MLmodel …".
 */
export function parseMlmodel(text: string): ParsedMlmodel {
  const read = readPlainYaml(text);
  if (!read.ok) return read;
  const parsed = shape.safeParse(read.value);
  if (!parsed.success) return refused(`has no usable ${parsed.error.issues[0]?.path.join('.') || 'flavors'}`);
  const { flavors, signature } = parsed.data;
  return {
    ok: true,
    mlmodel: {
      flavors,
      signature: signature && { inputs: signature.inputs ?? null, outputs: signature.outputs ?? null },
    } as Mlmodel,
  };
}

const column = z.looseObject({
  name: z.string().optional(),
  type: z.union([z.string(), z.looseObject({})]),
  required: z.boolean().optional(),
});

/** A column or a tensor of a signature. */
export interface MlmodelColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

/** Columns in the JSON of a signature; `undefined` when it is none. Unnamed ones are named by their place. */
export function signatureColumns(json: string | null): readonly MlmodelColumn[] | undefined {
  if (json === null) return [];
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const parsed = z.array(column).safeParse(value);
  if (!parsed.success) return undefined;
  return parsed.data.map(({ name, type, required, ...rest }, index) => ({
    name: name ?? `#${index}`,
    type: typeof type === 'string' && type !== 'tensor' ? type : JSON.stringify({ type, ...rest }),
    required: required ?? true,
  }));
}
