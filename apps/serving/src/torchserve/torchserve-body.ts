import { readJson } from '../http/predict.routes.js';
import { refuse } from '../values/refuse.js';
import { readFormData } from './form-data.js';

/** Names under which TorchServe's handlers look for what a form brings. */
const fieldNames: readonly string[] = ['data', 'body'];

/**
 * The JSON of a request to `/predictions`: the body itself, whatever its content type says (curl's `-T` says none, its
 * `-d` says a form), or the field `data` or `body` of a form. Errors: `InvalidInput`.
 */
export function readTorchServeBody(body: Buffer, contentType: string | undefined): unknown {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'multipart/form-data') return readJson(fieldOf(readFormData(body, contentType ?? '')));
  if (type === 'application/x-www-form-urlencoded' && !looksLikeJson(body)) return readJson(urlEncodedField(body));
  return readJson(body);
}

function fieldOf(fields: readonly { readonly name: string; readonly content: Buffer }[]): Buffer {
  const found = fields.find(({ name }) => fieldNames.includes(name));
  if (found !== undefined) return found.content;
  return refuse('The form has no field data or body; send the JSON of the rows in one of them.');
}

function urlEncodedField(body: Buffer): Buffer {
  const fields = [...new URLSearchParams(body.toString('utf8'))];
  return fieldOf(fields.map(([name, content]) => ({ name, content: Buffer.from(content) })));
}

const jsonStart = /^\s*[[{"\d-]/;

function looksLikeJson(body: Buffer): boolean {
  return jsonStart.test(body.toString('latin1', 0, 64));
}
