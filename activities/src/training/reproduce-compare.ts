import { join } from 'node:path';
import {
  type Circumstances,
  circumstanceDifferences,
  type Digest,
  type MadeCircumstances,
  predictionDifference,
  type Repetition,
  type RunId,
} from '@laurel/domain';
import type { ActivityPorts } from '../ports.js';
import { withScratch } from '../scratch.js';

type Ports = Pick<ActivityPorts, 'objects' | 'tables'>;
type Trained = Circumstances & { readonly made: MadeCircumstances };

/** Compares the models of two runs, and the circumstances that may explain a difference. */
export async function compareWith(
  ports: Ports,
  { of, was, is }: { readonly of: RunId; readonly was: Trained; readonly is: Trained },
): Promise<Repetition> {
  const locks = { was: await textOf(ports, was.made.environment), is: await textOf(ports, is.made.environment) };
  return {
    of,
    bitEqual: was.made.model === is.made.model,
    model: { was: was.made.model, is: is.made.model },
    predictions: await comparePredictions(ports, was.made.predictions, is.made.predictions),
    differences: circumstanceDifferences(was, is, locks),
  };
}

async function textOf(ports: Ports, digest: Digest | null): Promise<string> {
  return digest === null ? '' : Buffer.from(await ports.objects.get(digest)).toString('utf8');
}

async function comparePredictions(
  ports: Ports,
  was: Digest | null,
  is: Digest | null,
): Promise<Repetition['predictions']> {
  if (was === null || is === null) return null;
  return withScratch(async (folder) => {
    const read = async (digest: Digest, name: string) => {
      const path = join(folder, name);
      await ports.objects.getFile(digest, path);
      return (await ports.tables.readColumns(path)).columns;
    };
    return predictionDifference(await read(was, 'was.parquet'), await read(is, 'is.parquet'));
  });
}
