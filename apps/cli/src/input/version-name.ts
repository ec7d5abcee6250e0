import { LaurelError } from '@laurel/contracts';
import { modelNameProblem, quoted } from '@laurel/domain';

const form = /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([1-9]\d{0,8})$/;

/** A version as people name it, `churn/3`. */
export interface VersionName {
  readonly model: string;
  readonly version: number;
}

/** The version that `text` names, `undefined` when it names none. */
export function findVersionName(text: string): VersionName | undefined {
  const [, model, version] = form.exec(text) ?? [];
  return model === undefined ? undefined : { model, version: Number(version) };
}

/** The version that `text` names. Error: `InvalidInput`. */
export function versionName(text: string): VersionName {
  const found = findVersionName(text);
  if (found !== undefined) return found;
  throw new LaurelError('InvalidInput', `${quoted(text)} does not name a version; write MODEL/VERSION, as in churn/3.`);
}

/** The version of any registered model that `text` names: clients of MLflow give names with blanks too. Error: `InvalidInput`. */
export function registeredVersionName(text: string): VersionName {
  const [, model, version] = /^([^/]+)\/([1-9]\d{0,8})$/.exec(text) ?? [];
  if (model === undefined || modelNameProblem(model) !== undefined) return versionName(text);
  return { model, version: Number(version) };
}

/** Where the API keeps it. */
export function versionPath({ model, version }: VersionName): string {
  return `models/${encodeURIComponent(model)}/versions/${version}`;
}
