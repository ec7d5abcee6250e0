import { type ArtifactOwner, artifactUri } from '@laurel/domain';
import type { ArtifactEntry } from '@laurel/ports';
import type { ApiPorts } from '../../ports.js';
import { foundLoggedModel, foundRun } from '../found.js';
import type { MlflowRoute } from '../route.js';
import { packageFiles } from './files.js';
import { placeAt, safePath } from './place.js';

/** What lies where. */
export const listingRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: 'mlflow-artifacts/artifacts',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const place = placeAt(args.text('path') ?? '');
      return { files: place === undefined ? [] : (await entriesOf(ports, place)).map((entry) => shown(entry, '')) };
    },
  },
  {
    method: 'GET',
    path: 'mlflow/artifacts/list',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const { info } = await foundRun(ports.tracking, args.demandRunId());
      const owner = { kind: 'run', experimentId: info.experimentId, id: info.runId } as const;
      return listed(ports, owner, args.text('path'));
    },
  },
  {
    method: 'GET',
    path: 'mlflow/logged-models/:model_id/artifacts/directories',
    allow: 'viewer',
    answer: async ({ args, path, ports }) => {
      const model = await foundLoggedModel(ports.loggedModels, path.demandText('model_id'), { deleted: false });
      const owner = { kind: 'loggedModel', experimentId: model.experimentId, id: model.modelId } as const;
      return listed(ports, owner, args.text('artifact_directory_path'));
    },
  },
];

/** The root of an owner's artifacts and what lies in `folder` of it; paths are relative to the root. */
async function listed(ports: ApiPorts, owner: ArtifactOwner, folder: string | undefined): Promise<object> {
  const path = safePath(folder ?? '');
  const entries = await entriesOf(ports, { owner, path });
  return { root_uri: artifactUri(owner), files: entries.map((entry) => shown(entry, path)) };
}

async function entriesOf(
  ports: ApiPorts,
  { owner, path }: { readonly owner: ArtifactOwner; readonly path: string },
): Promise<readonly ArtifactEntry[]> {
  if (owner.kind === 'package') return entriesIn(await packageFiles(ports, owner.id), path);
  return (await ports.artifacts.entries({ kind: owner.kind, id: owner.id }, path)) ?? [];
}

/** What a list of files holds directly in `folder`. */
function entriesIn(
  files: readonly { readonly path: string; readonly size: number }[],
  folder: string,
): ArtifactEntry[] {
  const start = folder === '' ? '' : `${folder}/`;
  const inside = files.filter(({ path }) => path.startsWith(start));
  const byName = new Map(
    inside.map(({ path, size }) => {
      const [name = '', ...rest] = path.slice(start.length).split('/');
      return [name, { name, folder: rest.length > 0, size: rest.length > 0 ? null : size }];
    }),
  );
  return [...byName.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function shown({ name, folder, size }: ArtifactEntry, parent: string) {
  const path = parent === '' ? name : `${parent}/${name}`;
  return { path, is_dir: folder, ...(size === null ? {} : { file_size: size }) };
}
