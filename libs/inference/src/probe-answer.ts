/** What a session says about one of its tensors. */
interface Metadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
}

/** What the child says, one JSON line each. */
export type ChildLine =
  | { readonly stage: 'loaded'; readonly inputs: readonly Metadata[]; readonly outputs: readonly Metadata[] }
  | { readonly stage: 'ran' }
  | { readonly stage: 'failed'; readonly message: string };

/** The whole lines of what a child wrote. A hostile model may have made it write anything, so others are dropped. */
export function linesOf(output: string): readonly ChildLine[] {
  const whole = output.slice(0, output.lastIndexOf('\n') + 1);
  return whole.split('\n').flatMap((line) => lineOf(line) ?? []);
}

function lineOf(text: string): ChildLine | undefined {
  const value = parsed(text);
  if (!isObject(value)) return undefined;
  const { stage, inputs, outputs, message } = value;
  if (stage === 'ran') return { stage };
  if (stage === 'failed' && typeof message === 'string') return { stage, message: message.replaceAll(/\p{C}/gu, ' ') };
  if (stage === 'loaded' && areMetadata(inputs) && areMetadata(outputs)) return { stage, inputs, outputs };
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function areMetadata(value: unknown): value is readonly Metadata[] {
  return Array.isArray(value) && value.every(isMetadata);
}

function isMetadata(value: unknown): value is Metadata {
  if (!isObject(value)) return false;
  const { name, isTensor, type } = value;
  return typeof name === 'string' && typeof isTensor === 'boolean' && (type === undefined || typeof type === 'string');
}
