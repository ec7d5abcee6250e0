import { LaurelError } from '@laurel/contracts';
import { quoted } from '@laurel/domain';

/** Content types of the scoring server that are read here. */
export type ScoringType = 'application/json' | 'text/csv';

const taken: readonly string[] = ['application/json', 'text/csv'] satisfies ScoringType[];

/**
 * The content type of a request to `/invocations`. Errors: `UnsupportedMediaType` for another one, another charset than
 * UTF-8 and any other parameter; `Unsupported` for Parquet.
 */
export function scoringType(header: string | undefined): ScoringType {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim());
  for (const parameter of parameters) checkParameter(parameter);
  const name = type.toLowerCase();
  if (name === 'application/vnd.apache.parquet') {
    throw new LaurelError('Unsupported', 'Parquet is not read here; send application/json or text/csv.');
  }
  if (taken.includes(name)) return name as ScoringType;
  throw unsupported(type === '' ? 'The request has no Content-Type' : `The Content-Type is ${quoted(type)}`);
}

function checkParameter(parameter: string): void {
  if (parameter === '') return;
  const [name = '', value = ''] = parameter.split('=', 2);
  if (name.trim().toLowerCase() !== 'charset') throw unsupported(`The Content-Type has the parameter ${quoted(name)}`);
  const charset = value
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase();
  if (charset !== 'utf-8' && charset !== 'utf8') throw unsupported(`The charset is ${quoted(value)}`);
}

function unsupported(what: string): LaurelError {
  return new LaurelError('UnsupportedMediaType', `${what}; send ${taken.join(' or ')}, in UTF-8.`);
}
