import { LaurelError } from '@laurel/contracts';
import { fieldsOf, integersOf, type ProtobufField, textOf } from './protobuf-reader.js';

/** Field numbers of TensorProto in onnx.proto3. */
const tensorField = { dims: 1, name: 8, externalData: 13, dataLocation: 14 } as const;

/** Fields that carry elements: float, int32, string, int64, raw, double and uint64 data. */
const dataFields = new Set([4, 5, 6, 7, 9, 10, 11]);

/** The densest element type, four bits, puts two elements into a byte. */
const elementsPerByte = 2n;

interface TensorFacts {
  name: string;
  elements: bigint;
  carried: bigint;
  external: boolean;
}

/** Refuses a tensor that lies outside the file or claims more elements than it carries. Errors: `ModelUnsafe`. */
export function checkTensor(bytes: Uint8Array): void {
  const facts: TensorFacts = { name: 'without a name', elements: 1n, carried: 0n, external: false };
  for (const field of fieldsOf(bytes)) gather(facts, field);
  if (facts.external) refuse(facts, 'refers to data outside the file; export the model with its weights inside');
  if (facts.elements > (facts.carried + 1n) * elementsPerByte) {
    refuse(facts, `claims ${facts.elements} elements and carries ${facts.carried} bytes`);
  }
}

function gather(facts: TensorFacts, field: ProtobufField): void {
  const { dims, name, externalData, dataLocation } = tensorField;
  if (field.number === dims) {
    for (const dim of integersOf(field)) facts.elements *= BigInt.asIntN(64, dim) < 0n ? 2n ** 63n : dim;
  }
  if (field.number === name && field.kind === 'bytes') facts.name = textOf(field.value).slice(0, 60);
  if (field.number === externalData) facts.external = true;
  if (field.number === dataLocation && field.kind === 'integer' && field.value !== 0n) facts.external = true;
  if (dataFields.has(field.number)) facts.carried += carriedBytes(field);
}

/** Bytes of a data field; a number or string that is not packed counts with its tag, so an empty text is not nothing. */
function carriedBytes(field: ProtobufField): bigint {
  if (field.kind === 'bytes') return BigInt(field.value.length + 1);
  return field.kind === 'fixed' ? BigInt(field.size) : 1n;
}

function refuse(facts: TensorFacts, reason: string): never {
  throw new LaurelError('ModelUnsafe', `The model file is refused: its tensor ${facts.name} ${reason}.`);
}
