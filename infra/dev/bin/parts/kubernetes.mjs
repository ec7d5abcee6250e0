import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { exclusively } from './exclusively.mjs';
import { buildFolderWithGo, haveGo, moduleFolder } from './go.mjs';
import { cache } from './places.mjs';

const pinned = '1.34.2';
const built = join(cache, 'kubernetes', pinned);

const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(
  (name) => `k8s.io/kubernetes/cmd/${name}`,
);
const etcd = 'go.etcd.io/etcd/server/v3';

/** Modules whose custom resource definitions go along, in the folder `crds`. */
const definitions = [
  { name: 'github.com/kubeflow/trainer/v2', version: 'v2.0.0', folder: 'manifests/base/crds', files: /_.*\.yaml$/ },
  { name: 'istio.io/api', version: 'v1.27.3', folder: 'kubernetes', files: /^customresourcedefinitions\.gen\.yaml$/ },
  { name: 'sigs.k8s.io/gateway-api', version: 'v1.4.0', folder: 'config/crd/standard', files: /_httproutes\.yaml$/ },
];

/** What the programs say when they are asked for their version. */
const versionFlags = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .flatMap((place) => [
    `-X ${place}.gitVersion=v${pinned}`,
    `-X ${place}.gitMajor=${pinned.split('.')[0]}`,
    `-X ${place}.gitMinor=${pinned.split('.')[1]}`,
  ])
  .join(' ');

/**
 * Finds or builds the control plane that Kubernetes tests run against, a folder of programs: LAUREL_KUBERNETES_BIN, cache,
 * and last a build with Go. A null path means there is no Go: those tests say that they are skipped.
 */
export async function findKubernetes(say) {
  const given = process.env.LAUREL_KUBERNETES_BIN;
  if (given) return { path: given, from: 'from LAUREL_KUBERNETES_BIN' };
  const cached = { path: built, from: `${pinned}, cached` };
  if (existsSync(built) && hasDefinitions()) return cached;
  return exclusively('kubernetes', say, async () => {
    if (existsSync(built)) {
      if (!hasDefinitions()) await addDefinitions(say);
      return cached;
    }
    if (!(await haveGo())) {
      const remedy = 'install Go 1.21 or newer (https://go.dev/dl) to run them';
      return { path: null, from: `there is no Go to build a control plane with; its tests will be skipped; ${remedy}` };
    }
    say(`building etcd, API server, controllers and scheduler ${pinned} with go (about 6 minutes, once)`);
    await buildFolderWithGo({
      module: 'kubernetes',
      packages: [etcd, ...programs],
      flags: versionFlags,
      folder: built,
      finish: async (folder) => {
        renameSync(join(folder, 'server'), join(folder, 'etcd'));
        await copyDefinitions(join(folder, 'crds'));
      },
    });
    return { path: built, from: `${pinned}, built` };
  });
}

/** Which definitions lie there, by module and version. */
const record = 'modules.json';
const wanted = JSON.stringify(definitions.map(({ name, version }) => `${name}@${version}`));

/** False also for a control plane that was built before a module was added. */
function hasDefinitions() {
  const file = join(built, 'crds', record);
  return existsSync(file) && readFileSync(file, 'utf8') === wanted;
}

/** What cannot be fetched now costs only the tests that need it. */
async function addDefinitions(say) {
  try {
    if (await haveGo()) await copyDefinitions(join(built, 'crds'));
  } catch (error) {
    say(`custom resource definitions could not be fetched (${error.message}); tests that need them are skipped`);
  }
}

async function copyDefinitions(target) {
  mkdirSync(target, { recursive: true });
  for (const { name, version, folder, files } of definitions) {
    const from = join(await moduleFolder(name, version), folder);
    for (const file of readdirSync(from).filter((one) => files.test(one))) {
      rmSync(join(target, file), { force: true });
      copyFileSync(join(from, file), join(target, file));
    }
  }
  writeFileSync(join(target, record), wanted);
}
