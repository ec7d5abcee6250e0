import type { KubeConfig } from '@kubernetes/client-node';
import { unlessAbsent } from './api-failures.js';
import { type Insistence, insistently, type Patience } from './retry.js';
import { type ApiRequest, createTransport } from './transport.js';

/** A kind of object, as the API server's paths name it. */
export interface ObjectKind {
  /** `networking.istio.io/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
}

/** An object as the API server gives it. */
export interface LiveObject<Spec = object, Status = object> {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly uid: string;
    readonly annotations?: { readonly [name: string]: string };
    readonly labels?: { readonly [name: string]: string };
    readonly managedFields?: readonly ManagedFields[];
  };
  readonly spec?: Spec;
  readonly status?: Status;
}

/** An object as Laurel wants it: the fields that it owns, and no others. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: { readonly [name: string]: string };
    readonly annotations: { readonly [name: string]: string };
  };
  readonly spec: object;
}

interface Ownership {
  readonly managedFields: readonly ManagedFields[];
  readonly annotations?: { readonly [name: string]: string };
}

/** Custom objects of one namespace, written by server-side apply under one field manager. */
export interface Objects {
  read(kind: ObjectKind, name: string): Promise<LiveObject | undefined>;
  /** Error: `Conflict` when there is one already. */
  create(kind: ObjectKind, manifest: Manifest): Promise<LiveObject>;
  /** Server-side apply. Error: `Conflict` when it is another version now, or when somebody else owns a field. */
  apply(
    kind: ObjectKind,
    manifest: Manifest,
    as: { readonly version: string; readonly take: boolean },
  ): Promise<LiveObject>;
  /** Writes who owns which fields, and the annotations if given. Error: `Conflict` when it is another version now. */
  own(kind: ObjectKind, live: LiveObject, to: Ownership): Promise<LiveObject>;
  /** Deletes this very version. Harmless when it is gone. Error: `Conflict` when it is another version now. */
  remove(kind: ObjectKind, live: LiveObject): Promise<void>;
}

export interface ObjectsOptions {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly fieldManager: string;
  readonly patience: Patience;
  /** What goes on while the API server is away, for the message. */
  readonly meanwhile: string;
  readonly onRetry: NonNullable<Insistence['onRetry']>;
}

export function createObjects(options: ObjectsOptions): Objects {
  const { config, namespace, fieldManager, patience, meanwhile, onRetry } = options;
  const transport = createTransport(config);

  const place = ({ apiVersion, plural }: ObjectKind) => `/apis/${apiVersion}/namespaces/${namespace}/${plural}`;

  function ask<T>(what: string, request: Omit<ApiRequest, 'signal'>): Promise<T> {
    const insistence = { what: `${what} of namespace ${namespace}`, patience, meanwhile, onRetry };
    return insistently((signal) => transport.json<T>({ ...request, signal }), insistence);
  }

  return {
    read: (kind, name) =>
      unlessAbsent(ask<LiveObject>(`read ${kind.kind} ${name}`, { method: 'GET', path: `${place(kind)}/${name}` })),
    create: (kind, manifest) =>
      ask(`create ${kind.kind} ${manifest.metadata.name}`, {
        method: 'POST',
        path: place(kind),
        query: { fieldManager, fieldValidation: 'Strict' },
        body: manifest,
      }),
    apply: (kind, { metadata, ...rest }, { version, take }) =>
      ask(`apply ${kind.kind} ${metadata.name}`, {
        method: 'PATCH',
        path: `${place(kind)}/${metadata.name}`,
        query: { fieldManager, fieldValidation: 'Strict', force: take },
        contentType: 'application/apply-patch+yaml',
        body: { ...rest, metadata: { ...metadata, resourceVersion: version } },
      }),
    own: (kind, { metadata }, { managedFields, annotations }) =>
      ask(`write the owners of ${kind.kind} ${metadata.name}`, {
        method: 'PATCH',
        path: `${place(kind)}/${metadata.name}`,
        contentType: 'application/json-patch+json',
        body: [
          { op: 'replace', path: '/metadata/managedFields', value: managedFields },
          { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
          ...(annotations === undefined ? [] : [{ op: 'add', path: '/metadata/annotations', value: annotations }]),
        ],
      }),
    remove: async (kind, { metadata: { name, resourceVersion } }) => {
      const body = { propagationPolicy: 'Background', preconditions: { resourceVersion } };
      await unlessAbsent(
        ask(`delete ${kind.kind} ${name}`, { method: 'DELETE', path: `${place(kind)}/${name}`, body }),
      );
    },
  };
}
