import { type CheckedContent, LaurelError, type PinnedContent } from '@laurel/contracts';
import {
  knownFlavors,
  type Mlmodel,
  type MlmodelFlavor,
  parseMlmodel,
  signatureColumns,
} from '@laurel/contracts/schemas';
import { checkArtifactPath } from '@laurel/domain';
import type { StoredArtifact } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';

export type CheckPorts = Pick<ActivityPorts, 'artifacts' | 'objects' | 'probe'>;

/** Bytes of files that are read whole. */
const largestMlmodel = 1_000_000;
const largestGraph = 1024 * 1024 * 1024;

/** Judges a version by its files. Pickles and other formats that run code are not opened here, nor anywhere but in a job. */
export async function checkContent(ports: CheckPorts, content: PinnedContent): Promise<CheckedContent> {
  const mlmodel = await readMlmodel(ports, content);
  const flavor = flavorOf(mlmodel);
  const onnx = mlmodel.flavors['onnx'];
  if (onnx !== undefined) await probeGraph(ports, content, onnx.data);
  return { flavor, data: await dataOf(ports, content, mlmodel.flavors[flavor]), ...columnsOf(mlmodel) };
}

async function readMlmodel(ports: CheckPorts, content: PinnedContent): Promise<Mlmodel> {
  const file = await fileOf(ports, content, 'MLmodel');
  if (file.size > largestMlmodel) throw unsafe(`MLmodel is larger than ${largestMlmodel} bytes`);
  const parsed = parseMlmodel(textOf(await ports.objects.get(file.digest)));
  if (!parsed.ok) throw unsafe(`MLmodel ${parsed.problem}`);
  return parsed.mlmodel;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unsafe('MLmodel is not UTF-8');
  }
}

/** The framework's flavor where there is one; `python_function` only wraps it. */
function flavorOf({ flavors }: Mlmodel): string {
  const known = knownFlavors.find((name) => flavors[name] !== undefined);
  if (known !== undefined) return known;
  const named = Object.keys(flavors).slice(0, 5).join(', ');
  throw unsafe(
    named === '' ? 'MLmodel names no flavor' : `MLmodel names no flavor that Laurel knows (it has ${named})`,
  );
}

async function probeGraph(ports: CheckPorts, content: PinnedContent, data: string | undefined): Promise<void> {
  const checked = checkArtifactPath(data ?? '');
  if (!checked.ok || checked.path === '') throw unsafe('the onnx flavor names no file for its data');
  const file = await fileOf(ports, content, checked.path);
  if (file.size > largestGraph) throw unsafe(`${checked.path} is larger than ${largestGraph} bytes`);
  await ports.probe.probe(await ports.objects.get(file.digest), null);
}

/** The file that holds the model, where the flavor names one that is there. */
async function dataOf(
  { artifacts }: CheckPorts,
  { id }: PinnedContent,
  flavor: MlmodelFlavor | undefined,
): Promise<string | null> {
  const checked = checkArtifactPath(flavor?.pickled_model ?? flavor?.data ?? '');
  if (!checked.ok || checked.path === '') return null;
  return (await artifacts.find({ kind: 'version', id }, checked.path)) === undefined ? null : checked.path;
}

async function fileOf({ artifacts }: CheckPorts, { id }: PinnedContent, path: string): Promise<StoredArtifact> {
  const file = await artifacts.find({ kind: 'version', id }, path);
  if (file !== undefined) return file;
  throw unsafe(`the source holds no file ${path}`);
}

function columnsOf({ signature }: Mlmodel): Pick<CheckedContent, 'inputs' | 'outputs'> {
  const inputs = signatureColumns(signature?.inputs ?? null);
  const outputs = signatureColumns(signature?.outputs ?? null);
  if (inputs === undefined || outputs === undefined) throw unsafe('MLmodel has a signature that is not JSON columns');
  return { inputs, outputs };
}

function unsafe(what: string): LaurelError {
  return new LaurelError('ModelUnsafe', `${what}; log the model again with MLflow and register that.`);
}
