import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who may speak to the API server: a person with all rights and the control plane's own programs. */
const accounts = {
  admin: { user: 'admin', group: 'system:masters' },
  controllerManager: { user: 'system:kube-controller-manager', group: '' },
  scheduler: { user: 'system:kube-scheduler', group: '' },
} as const;

type Account = keyof typeof accounts;

/** Secrets of one control plane; all of them lie in its folder and go with it. */
export interface Credentials {
  /** Password file of the API server: a token per account. */
  readonly tokenFile: string;
  readonly adminToken: string;
  /** Signs the tokens of service accounts. */
  readonly serviceAccountKey: string;
  /** Folder in which the API server makes its own certificate, `apiserver.crt` with the authority behind it. */
  readonly certificates: string;
  readonly kubeconfigs: Readonly<Record<Account, string>>;
}

/** Makes the secrets of a control plane whose API server will answer at `server`. */
export function makeCredentials(folder: string, server: string): Credentials {
  const certificates = join(folder, 'certificates');
  mkdirSync(certificates, { recursive: true, mode: 0o700 });
  const names = Object.keys(accounts) as readonly Account[];
  const tokens = Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('hex')])) as Record<
    Account,
    string
  >;
  const rows = names.map((name) => `${tokens[name]},${accounts[name].user},${name},${accounts[name].group}`);
  const paths = Object.fromEntries(names.map((name) => [name, join(folder, `${name}.kubeconfig`)])) as Record<
    Account,
    string
  >;
  const authority = join(certificates, 'apiserver.crt');
  for (const name of names) writeSecret(paths[name], kubeconfig({ server, authority, token: tokens[name] }));
  return {
    tokenFile: writeSecret(join(folder, 'tokens.csv'), `${rows.join('\n')}\n`),
    adminToken: tokens.admin,
    serviceAccountKey: writeSecret(join(folder, 'service-account.pem'), privateKey()),
    certificates,
    kubeconfigs: paths,
  };
}

function privateKey(): string {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** JSON is YAML, which is what readers of a kubeconfig expect. */
function kubeconfig(of: { readonly server: string; readonly authority: string; readonly token: string }): string {
  const name = 'laurel-test';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: of.server, 'certificate-authority': of.authority } }],
    users: [{ name, user: { token: of.token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

function writeSecret(path: string, content: string): string {
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}
