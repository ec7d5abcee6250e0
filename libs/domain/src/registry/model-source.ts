import { checkArtifactPath } from './artifact-path.js';
import { modelNameProblem } from './model-name.js';

/** Where the content of a version comes from. Everything lies in Laurel's own store: nothing is fetched from elsewhere. */
export type ModelSource =
  | { readonly kind: 'run'; readonly runId: string; readonly path: string }
  | { readonly kind: 'loggedModel'; readonly modelId: string }
  | { readonly kind: 'version'; readonly name: string; readonly version: number }
  | { readonly kind: 'artifacts'; readonly place: ArtifactPlace };

/** One artifact, or a folder of them: whose it is, and where in it. */
export interface ArtifactPlace {
  readonly owner: ArtifactOwner;
  /** Checked; empty for everything the owner has. */
  readonly path: string;
}

/** Who has artifacts. A version's are a copy made when it was registered and never change. */
export type ArtifactOwner =
  | { readonly kind: 'run'; readonly experimentId: string; readonly id: string }
  | { readonly kind: 'loggedModel'; readonly experimentId: string; readonly id: string }
  | { readonly kind: 'version'; readonly id: string }
  | { readonly kind: 'package'; readonly id: string };

export type ParsedSource =
  | { readonly ok: true; readonly source: ModelSource }
  | { readonly ok: false; readonly problem: string };

const runForm = /^[0-9a-f]{32}$/;
const loggedModelForm = /^m-[0-9a-f]{32}$/;
const experimentForm = /^\d{1,18}$/;
const packageForm = /^[0-9a-f]{64}$/;

const refused = (problem: string): ParsedSource => ({ ok: false, problem });

/** Longest URI that is looked at, in characters. */
const longestUri = 4_096;

/**
 * Reads the `source` of a version: `runs:/RUN/path`, `models:/m-ID`, `models:/name/VERSION` or `mlflow-artifacts:/…`. No
 * other scheme, no host, no query: Laurel never asks another machine for a model.
 */
export function parseModelSource(uri: string): ParsedSource {
  if (uri.length > longestUri) return refused('it is too long');
  const parts = /^([a-z][a-z0-9+.-]*):(\/{0,3})([^?#]*)$/i.exec(uri);
  const scheme = parts?.[1]?.toLowerCase();
  if (parts === null || scheme === undefined) return refused('it is not a URI of a model');
  if (!['runs', 'models', 'mlflow-artifacts'].includes(scheme)) {
    return refused(`the scheme "${scheme.slice(0, 32)}" is not one of runs, models, mlflow-artifacts`);
  }
  if (parts[2] !== '/') return refused('it names a host, or has no path');
  const path = checkArtifactPath(parts[3] ?? '');
  if (!path.ok) return refused(path.problem);
  const segments = path.path.split('/');
  if (scheme === 'runs') return runSource(segments);
  return scheme === 'models' ? modelSource(segments) : placeSource(segments);
}

function runSource([runId = '', ...rest]: readonly string[]): ParsedSource {
  if (!runForm.test(runId)) return refused('it names no run');
  return { ok: true, source: { kind: 'run', runId, path: rest.join('/') } };
}

function modelSource([first = '', second, ...rest]: readonly string[]): ParsedSource {
  if (second === undefined && loggedModelForm.test(first)) {
    return { ok: true, source: { kind: 'loggedModel', modelId: first } };
  }
  const version = Number(second);
  if (rest.length > 0 || modelNameProblem(first) !== undefined || !/^[1-9]\d{0,8}$/.test(second ?? '')) {
    return refused('it names neither a logged model nor a version');
  }
  return { ok: true, source: { kind: 'version', name: first, version } };
}

function placeSource(segments: readonly string[]): ParsedSource {
  const place = artifactPlace(segments);
  return place === undefined
    ? refused('it lies in no run, logged model or version')
    : { ok: true, source: { kind: 'artifacts', place } };
}

/**
 * The place a checked path of the artifact store means: `EXPERIMENT/RUN/artifacts/…`,
 * `EXPERIMENT/models/m-ID/artifacts/…`, `versions/ID/artifacts/…` or `packages/DIGEST/artifacts/…`.
 */
export function artifactPlace(segments: readonly string[]): ArtifactPlace | undefined {
  const [first = '', second = '', third = '', fourth = '', ...rest] = segments;
  if (second === 'models') {
    if (!experimentForm.test(first) || !loggedModelForm.test(third) || fourth !== 'artifacts') return undefined;
    return { owner: { kind: 'loggedModel', experimentId: first, id: third }, path: rest.join('/') };
  }
  if (third !== 'artifacts') return undefined;
  const path = segments.slice(3).join('/');
  if (first === 'versions' && runForm.test(second)) return { owner: { kind: 'version', id: second }, path };
  if (first === 'packages' && packageForm.test(second)) return { owner: { kind: 'package', id: second }, path };
  if (!experimentForm.test(first) || !runForm.test(second)) return undefined;
  return { owner: { kind: 'run', experimentId: first, id: second }, path };
}

/** The root of an owner's artifacts as clients are told it. */
export function artifactUri(owner: ArtifactOwner): string {
  switch (owner.kind) {
    case 'run':
      return `mlflow-artifacts:/${owner.experimentId}/${owner.id}/artifacts`;
    case 'loggedModel':
      return `mlflow-artifacts:/${owner.experimentId}/models/${owner.id}/artifacts`;
    case 'version':
      return `mlflow-artifacts:/versions/${owner.id}/artifacts`;
    case 'package':
    default:
      return `mlflow-artifacts:/packages/${owner.id}/artifacts`;
  }
}
