import type { Parameters } from '../../oip/infer-request.js';
import type { MessageReader, MessageShape } from '../protobuf/message-reader.js';
import type { MessageWriter } from '../protobuf/message-writer.js';

const entryShape: MessageShape = { name: 'parameters', fields: { 1: 'key', 2: 'value' } };
const valueShape: MessageShape = {
  name: 'InferParameter',
  fields: { 1: 'bool_param', 2: 'int64_param', 3: 'string_param', 4: 'double_param', 5: 'uint64_param' },
};
/** More than any client sends; each costs an entry of a map. */
const maximumParameters = 1_000;

type Scalar = string | number | boolean;

/** Parameters being read. */
export type ReadParameters = Map<string, Scalar>;

/** What a message without parameters has. */
export const noParameters: Parameters = new Map();

/** Reads the current field, one entry of a `map<string, InferParameter>`, into `known`. Errors: `InvalidInput`. */
export function readParameter(reader: MessageReader, known: ReadParameters | null): ReadParameters {
  const parameters = known ?? new Map<string, Scalar>();
  if (parameters.size >= maximumParameters) reader.fail(`has more than ${maximumParameters} entries`);
  const entry = reader.message(entryShape);
  let key = '';
  let value: Scalar | undefined;
  while (entry.advance()) {
    if (entry.field === 1) key = entry.text();
    else if (entry.field === 2) value = readValue(entry.message(valueShape));
  }
  if (value !== undefined) parameters.set(key, value);
  return parameters;
}

/** The value that is set last; integers beyond 2^53 become texts. */
function readValue(reader: MessageReader): Scalar | undefined {
  let value: Scalar | undefined;
  while (reader.advance()) {
    if (reader.field === 1) value = reader.flag();
    else if (reader.field === 2 || reader.field === 5) value = exact(reader.bigInteger(reader.field === 2));
    else if (reader.field === 3) value = reader.text();
    else if (reader.field === 4) value = reader.double();
  }
  return value;
}

function exact(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Writes one entry of a `map<string, InferParameter>`. */
export function writeParameter(writer: MessageWriter, field: number, key: string, value: string | boolean): void {
  writer.message(field, () => {
    writer.message(2, () => {
      if (typeof value === 'string') writer.text(3, value);
      else writer.flag(1, value);
    });
    writer.text(1, key);
  });
}
