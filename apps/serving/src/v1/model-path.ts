import { LaurelError } from '@laurel/contracts';
import type { PathParams } from '../http/exchange.js';

/** Which model a path of the v1 protocol means. */
export interface ModelPath {
  readonly model: string;
  /** A number, a SemVer or a label; `null` lets the server choose. */
  readonly version: string | null;
}

/** The paths of a model: without version, by version, by label. */
export const modelPaths = [
  '/v1/models/:model',
  '/v1/models/:model/versions/:version',
  '/v1/models/:model/labels/:label',
];

/** Reads the parameters of one of `modelPaths`. A version begins with a digit, a label does not. Errors: `NotFound`. */
export function modelOf({ model = '', version, label }: PathParams): ModelPath {
  if (version !== undefined && !/^\d/.test(version)) {
    throw new LaurelError('NotFound', `"${version.slice(0, 40)}" is no version; a version is a number or a SemVer.`);
  }
  if (label !== undefined && !/^[A-Za-z_]\w*$/.test(label)) {
    throw new LaurelError('NotFound', `"${label.slice(0, 40)}" is no label; there are champion and challenger.`);
  }
  return { model, version: version ?? label ?? null };
}
