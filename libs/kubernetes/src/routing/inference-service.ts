import type { KserveRouterSpec, Split, VersionRef } from '@laurel/domain';
import type { RoutedState } from '@laurel/ports';
import type { LiveObject, ObjectKind } from '../api/objects.js';
import { named } from './backends.js';

export const inferenceService: ObjectKind = {
  apiVersion: 'serving.kserve.io/v1beta1',
  kind: 'InferenceService',
  plural: 'inferenceservices',
};

/** Which versions KServe's two revisions serve: the newest one, and the one that last had all traffic. */
const revisions = { latest: 'laurel.dev/latest-version', rolledOut: 'laurel.dev/rolled-out-version' } as const;

export interface InferenceServiceSpec {
  readonly predictor: {
    /** Share of the newest revision; without it, everything. */
    readonly canaryTrafficPercent?: number;
    readonly model: {
      readonly modelFormat: { readonly name: 'onnx' };
      readonly runtime?: string;
      readonly storageUri: string;
    };
  };
}

export interface InferenceServiceParts {
  readonly spec: InferenceServiceSpec;
  readonly annotations: { readonly [name: string]: string };
}

/**
 * KServe knows no arms, only the newest revision's percentage; the rest goes to the revision that last had everything. So
 * the challenger is the newest revision, and going back is percentage 0: naming the champion's files again would make a
 * third revision, and leave the challenger its share until that one is ready.
 */
export function inferenceServiceParts(
  split: Split,
  spec: KserveRouterSpec,
  live: LiveObject | undefined,
): InferenceServiceParts {
  const [champion, challenger] = [armOf(split, 'champion'), armOf(split, 'challenger')];
  if (champion !== undefined && challenger !== undefined && challenger.weight < 100) {
    return partsOf(spec, {
      latest: storageOf(challenger, spec),
      rolledOut: champion.version,
      version: challenger.version,
      percent: challenger.weight,
    });
  }
  const only = champion?.weight === 100 ? champion : (challenger ?? champion);
  if (only === undefined) throw new RangeError('a split without arms routes nothing; see splitProblems');
  const there = live === undefined ? undefined : revisionsIn(live);
  if (there !== undefined && there.rolledOut === only.version && there.latest !== only.version) {
    const storageUri = specOf(live)?.predictor?.model?.storageUri;
    if (storageUri !== undefined) {
      return partsOf(spec, { latest: storageUri, rolledOut: only.version, version: there.latest, percent: 0 });
    }
  }
  const version = only.version;
  return partsOf(spec, { latest: storageOf(only, spec), rolledOut: version, version, percent: null });
}

/** Which version has which share. */
export function weightsInInferenceService(live: LiveObject): RoutedState['weights'] {
  const there = revisionsIn(live);
  if (there === undefined) return [];
  const percent = specOf(live)?.predictor?.canaryTrafficPercent ?? 100;
  if (there.latest === there.rolledOut) return [{ version: there.latest, weight: 100 }];
  return [
    { version: there.rolledOut, weight: 100 - percent },
    { version: there.latest, weight: percent },
  ];
}

interface Revisions {
  readonly latest: string;
  readonly rolledOut: number;
  readonly version: number;
  /** `null` for everything. */
  readonly percent: number | null;
}

function partsOf(
  { runtime }: KserveRouterSpec,
  { latest: storageUri, rolledOut, version, percent }: Revisions,
): InferenceServiceParts {
  const model = { modelFormat: { name: 'onnx' }, ...(runtime === undefined ? {} : { runtime }), storageUri } as const;
  return {
    spec: { predictor: { ...(percent === null ? {} : { canaryTrafficPercent: percent }), model } },
    annotations: { [revisions.latest]: String(version), [revisions.rolledOut]: String(rolledOut) },
  };
}

function revisionsIn({ metadata: { annotations = {} } }: LiveObject) {
  const [latest, rolledOut] = [Number(annotations[revisions.latest]), Number(annotations[revisions.rolledOut])];
  return Number.isInteger(latest) && Number.isInteger(rolledOut) ? { latest, rolledOut } : undefined;
}

function specOf(live: LiveObject | undefined): InferenceServiceSpec | undefined {
  return live?.spec as InferenceServiceSpec | undefined;
}

function armOf({ arms }: Split, role: 'champion' | 'challenger') {
  return arms.find((arm) => arm.role === role);
}

function storageOf(version: VersionRef, { storageUri }: KserveRouterSpec): string {
  return named(storageUri, version);
}
