import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { Digest } from '@laurel/domain';
import type { PackageDraft } from '@laurel/ports';

/** A distribution of the environment that made a model. */
interface Requirement {
  readonly name: string;
  readonly version: string;
}

/** `name==version`, with extras, markers and hashes left alone (PEP 508, requirements files of pip). */
const pinned = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[^\]]*\])?\s*===?\s*([^\s;#\\]+)/;

/** The pinned distributions of a lock, under their normalised names (PEP 503), sorted. */
function readLock(text: string): readonly Requirement[] {
  const found = text.split('\n').flatMap((line) => {
    const [, name, version] = pinned.exec(line.trim()) ?? [];
    return name === undefined || version === undefined ? [] : [{ name: normalised(name), version }];
  });
  const byName = new Map(found.map((one) => [one.name, one]));
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/**
 * `sbom.json`: a CycloneDX 1.6 bill of materials of a model. It names the graph, the dataset it was fitted on, and every
 * distribution of the environment. Without serial number and with the draft's own time, so that the same package
 * published again has the same bytes.
 */
export function sbomOf(
  draft: PackageDraft,
  parts: { readonly model: Digest | null; readonly lock: string },
): Uint8Array {
  const model = new Models.Component(Enums.ComponentType.MachineLearningModel, draft.name, {
    bomRef: `model:${draft.name}`,
    version: draft.run,
    description: `${draft.algorithm} (${draft.framework})`,
    ...(parts.model === null ? {} : { hashes: sha256(parts.model) }),
  });
  const { name, digest, version } = draft.lineage.dataset;
  const dataset = new Models.Component(Enums.ComponentType.Data, name, {
    bomRef: `dataset:${name}`,
    version: String(version),
    hashes: sha256(digest),
  });
  const libraries = readLock(parts.lock).map(libraryOf);
  for (const part of [dataset, ...libraries]) model.dependencies.add(part.bomRef);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: model, timestamp: new Date(draft.createdAt) }),
    components: new Models.ComponentRepository([dataset, ...libraries]),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return new TextEncoder().encode(serializer.serialize(bom, { sortLists: true }));
}

function libraryOf({ name, version }: Requirement): Models.Component {
  return new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: `pypi:${name}`,
    version,
    purl: `pkg:pypi/${name}@${encodeURIComponent(version)}`,
  });
}

function sha256(digest: Digest): Models.HashDictionary {
  return new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], digest.slice('sha256:'.length)]]);
}
