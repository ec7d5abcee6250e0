import { createHash } from 'node:crypto';
import { canonicalJson } from '@laurel/domain';
import type { AuditAnchor, AuditAnchors, AuditCheckpoint, AuditWitness, ObjectStore } from '@laurel/ports';
import type { Keyring } from './keyring.js';
import type { Keys } from './keys.js';

/** Folders in the object store; the name is signed with the statement, so that neither passes for the other. */
const folders = { anchor: 'audit/anchors/', checkpoint: 'audit/checkpoints/' } as const;
type Kind = keyof typeof folders;

const readAtOnce = 32;

/** A statement with the Ed25519 signature over the canonical JSON of its kind and itself. */
interface Signed<Statement> {
  readonly kind: Kind;
  readonly statement: Statement;
  readonly keyId: string;
  readonly signature: string;
}

/** What a process without a private key reads of the anchors. */
export function createAuditWitness(access: { objectStore: ObjectStore; keyring: Keyring }): Pick<AuditAnchors, 'read'> {
  return { read: () => readWitness(access.objectStore, access.keyring) };
}

/**
 * Anchors and checkpoints of the audit log as signed objects, named by how many events they cover, so that their order
 * is that of their keys. Each anchor names the one before by hash: one that is taken away is missed.
 */
export function createAuditAnchors({ objectStore, keys }: { objectStore: ObjectStore; keys: Keys }): AuditAnchors {
  const store = async (kind: Kind, statement: AuditAnchor | AuditCheckpoint) => {
    const signature = Buffer.from(keys.sign(bytesOf({ kind, statement }))).toString('base64');
    const signed: Signed<unknown> = { kind, statement, keyId: keys.keyId, signature };
    await objectStore.putNamed(keyOf(kind, statement), bytesOf(signed));
  };
  return {
    ...createAuditWitness({ objectStore, keyring: keys }),
    append: async (anchor) => {
      const key = keyOf('anchor', anchor);
      const names = await objectStore.listNamed(sharedStart(keyOf('anchor', { events: anchor.from }), key));
      const before = names.findLast((name) => name < key);
      const last = before === undefined ? undefined : await readSigned<AuditAnchor>(objectStore, before);
      await store('anchor', { ...anchor, previous: last === undefined ? '' : digestOf(last.statement) });
    },
    appendCheckpoint: (checkpoint) => store('checkpoint', checkpoint),
    removeBefore: async (checkpoint) => {
      const names = await objectStore.listNamed(folders.anchor);
      await objectStore.removeNamed(names.filter((name) => name < keyOf('anchor', checkpoint)));
    },
  };
}

function keyOf(kind: Kind, { events }: { readonly events: number }): string {
  return `${folders[kind]}${String(events).padStart(15, '0')}.json`;
}

/** What both begin with, as does every key between them: to list by it leaves out almost all others. */
function sharedStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

async function readWitness(store: ObjectStore, keyring: Keyring): Promise<AuditWitness> {
  const problems: string[] = [];
  const anchors = await readKind<AuditAnchor>({ store, keyring, problems }, 'anchor');
  const checkpoints = await readKind<AuditCheckpoint>({ store, keyring, problems }, 'checkpoint');
  const checkpoint = checkpoints.at(-1) ?? null;
  for (const [index, anchor] of anchors.entries()) {
    // Up to the checkpoint anchors speak of removed events only, and leave one by one.
    if (anchor.events <= (checkpoint?.events ?? 0)) continue;
    const before = anchors[index - 1];
    if (anchor.previous === (before === undefined ? '' : digestOf(before))) continue;
    problems.push(`the anchor before the one over ${anchor.events} events is missing or is not the one it names`);
  }
  return { anchors, checkpoint, problems };
}

/** The statements of a kind whose signatures verify; of the others, a sentence each. */
async function readKind<Statement extends { readonly events: number }>(
  from: { readonly store: ObjectStore; readonly keyring: Keyring; readonly problems: string[] },
  kind: Kind,
): Promise<readonly Statement[]> {
  const names = await from.store.listNamed(folders[kind]);
  const statements: Statement[] = [];
  for (let index = 0; index < names.length; index += readAtOnce) {
    const page = names.slice(index, index + readAtOnce);
    const read = await Promise.all(page.map((name) => readSigned<Statement>(from.store, name)));
    for (const [offset, signed] of read.entries()) {
      const name = page[offset] ?? '';
      const trusted = signed?.kind === kind && (await isSigned(from.keyring, signed));
      if (trusted && keyOf(kind, signed.statement) === name) statements.push(signed.statement);
      else from.problems.push(`${name} is not signed by a trusted key`);
    }
  }
  return statements;
}

async function readSigned<Statement>(store: ObjectStore, key: string): Promise<Signed<Statement> | undefined> {
  const bytes = await store.getNamed(key);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Signed<Statement>;
  } catch {
    return undefined;
  }
}

async function isSigned(keyring: Keyring, signed: Signed<unknown>): Promise<boolean> {
  const { kind, statement, keyId, signature } = signed;
  if (typeof statement !== 'object' || statement === null || typeof signature !== 'string') return false;
  return keyring.verify(keyId, bytesOf({ kind, statement }), Buffer.from(signature, 'base64'));
}

function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

function digestOf(statement: unknown): string {
  return createHash('sha256').update(bytesOf(statement)).digest('hex');
}
