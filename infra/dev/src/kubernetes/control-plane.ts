import { join } from 'node:path';
import { accepts } from '../ports/probe.js';
import { inheritedEnvironment } from '../processes/environment.js';
import type { ChildSpec } from '../supervisor/child-spec.js';
import type { Credentials } from './credentials.js';
import { answersSecurely } from './https-probe.js';

export interface ControlPlaneOptions {
  /** Folder with the programs etcd, kube-apiserver, kube-controller-manager and kube-scheduler. */
  readonly binaries: string;
  readonly folder: string;
  readonly credentials: Credentials;
  readonly mayOutlive: boolean;
  readonly ports: {
    readonly etcd: number;
    readonly etcdPeer: number;
    readonly apiServer: number;
    readonly controllerManager: number;
    readonly scheduler: number;
  };
}

/** A node without a word for this long is not ready; the agent of the tests reports every three seconds. */
const silentNodeSeconds = 20;
/** Pods stay this long on a node that is not ready or cannot be reached (300 in an ordinary cluster). */
const tolerationSeconds = 10;

type Common = Pick<
  ChildSpec,
  'environment' | 'workingDirectory' | 'readyMilliseconds' | 'stopSignal' | 'graceMilliseconds' | 'mayOutlive'
>;

/** Nothing of a throw-away control plane is kept, so its end waits for nothing. */
const common = ({ folder, mayOutlive }: ControlPlaneOptions): Common => ({
  mayOutlive,
  environment: inheritedEnvironment(),
  workingDirectory: folder,
  readyMilliseconds: 120_000,
  stopSignal: 'SIGKILL',
  graceMilliseconds: 2_000,
});

/** The store of the control plane; it forgets, so nothing waits for the disk. */
export function etcdChild(options: ControlPlaneOptions): ChildSpec {
  const { binaries, folder, ports } = options;
  const [client, peer] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.etcdPeer}`];
  const clients = [`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`];
  const peers = [`--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`];
  return {
    ...common(options),
    name: 'etcd',
    command: [
      join(binaries, 'etcd'),
      `--data-dir=${join(folder, 'etcd')}`,
      ...clients,
      ...peers,
      `--initial-cluster=default=${peer}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    readiness: { kind: 'probe', probe: () => accepts(ports.etcd) },
  };
}

/** The API server: tokens of its own, role-based access on, nobody anonymous. */
export function apiServerChild(options: ControlPlaneOptions): ChildSpec {
  const { binaries, credentials, ports } = options;
  const serving = ['--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${ports.apiServer}`];
  const identity = [
    `--cert-dir=${credentials.certificates}`,
    `--token-auth-file=${credentials.tokenFile}`,
    '--anonymous-auth=false',
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${credentials.serviceAccountKey}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKey}`,
  ];
  return {
    ...common(options),
    name: 'kube-apiserver',
    command: [
      join(binaries, 'kube-apiserver'),
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      ...serving,
      ...identity,
      '--service-cluster-ip-range=10.0.0.0/24',
      '--endpoint-reconciler-type=none',
      // A namespace's annotation chooses the nodes of its pods: test files that run at once stay apart.
      '--enable-admission-plugins=PodNodeSelector',
      `--default-not-ready-toleration-seconds=${tolerationSeconds}`,
      `--default-unreachable-toleration-seconds=${tolerationSeconds}`,
      '--kubelet-preferred-address-types=InternalIP',
    ],
    readiness: {
      kind: 'probe',
      probe: () => answersSecurely(ports.apiServer, '/readyz', credentials.adminToken),
    },
  };
}

/** Jobs, evictions, garbage collection, tokens: the controllers. */
export function controllerManagerChild(options: ControlPlaneOptions): ChildSpec {
  const { binaries, folder, credentials, ports } = options;
  return {
    ...common(options),
    name: 'kube-controller-manager',
    command: [
      join(binaries, 'kube-controller-manager'),
      `--kubeconfig=${credentials.kubeconfigs.controllerManager}`,
      ...listening(folder, ports.controllerManager, 'controller-manager'),
      // Each controller acts with the rights that Kubernetes gives to it.
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${credentials.serviceAccountKey}`,
      `--root-ca-file=${join(credentials.certificates, 'apiserver.crt')}`,
      `--node-monitor-grace-period=${silentNodeSeconds}s`,
      '--node-monitor-period=2s',
    ],
    readiness: { kind: 'probe', probe: () => answersSecurely(ports.controllerManager, '/healthz') },
  };
}

export function schedulerChild(options: ControlPlaneOptions): ChildSpec {
  const { binaries, folder, credentials, ports } = options;
  return {
    ...common(options),
    name: 'kube-scheduler',
    command: [
      join(binaries, 'kube-scheduler'),
      `--kubeconfig=${credentials.kubeconfigs.scheduler}`,
      ...listening(folder, ports.scheduler, 'scheduler'),
    ],
    readiness: { kind: 'probe', probe: () => answersSecurely(ports.scheduler, '/healthz') },
  };
}

const listening = (folder: string, port: number, name: string) => [
  '--leader-elect=false',
  '--bind-address=127.0.0.1',
  `--secure-port=${port}`,
  `--cert-dir=${join(folder, 'certificates', name)}`,
];
