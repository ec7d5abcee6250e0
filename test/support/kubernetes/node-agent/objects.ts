import { ApiException, type CoreV1Api } from '@kubernetes/client-node';

type Data = ReadonlyMap<string, Buffer>;

interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly optional: boolean | undefined;
}

/** Keys and values of a configMap; nothing when it is optional and missing. */
export async function configMapData(core: CoreV1Api, { namespace, name, optional }: Wanted): Promise<Data> {
  const found = await unlessMissing(core.readNamespacedConfigMap({ namespace, name }), optional);
  const texts = Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const);
  const bytes = Object.entries(found?.binaryData ?? {}).map(
    ([key, value]) => [key, Buffer.from(value, 'base64')] as const,
  );
  return new Map([...texts, ...bytes]);
}

/** The same of a secret. */
export async function secretData(core: CoreV1Api, { namespace, name, optional }: Wanted): Promise<Data> {
  const found = await unlessMissing(core.readNamespacedSecret({ namespace, name }), optional);
  return new Map(Object.entries(found?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64')]));
}

/** Waits for an answer; null when there is no such object and that is allowed. */
async function unlessMissing<T>(answer: Promise<T>, optional: boolean | undefined): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (optional === true && statusOf(error) === 404) return null;
    throw error;
  }
}

/** HTTP status of an answer of the API server that was an error; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** Carries on when the object is gone already or is another one by now. */
export async function unlessGone(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
  }
}
