import type { Row, Tensor } from '@laurel/domain';
import { hashOfKey } from '../routing/route.js';
import type { ByteWriter } from './byte-writer.js';
import { createRecordContexts, type KnownContext, type TensorWriter } from './record-contexts.js';
import { type Entry, factsOf, type RecordFacts } from './record-facts.js';
import { blockHeaderBytes, flags, forms, itemKinds, type LoggedTensor } from './segment-format.js';

/** Writes requests as items of blocks; redacted values are left out here already. */
export interface RecordEncoder {
  /** Empties the writer and begins a block in it. */
  begin(writer: ByteWriter): void;
  /** Throws, and leaves no part of the request, where one cannot be written. */
  encode(writer: ByteWriter, entry: Entry): void;
}

/**
 * An encoder remembers the contexts that it has seen, with their models: use one for minutes, not for ever. A block says
 * each context that its requests have once, so that it can be read without any other.
 */
export function createRecordEncoder(): RecordEncoder {
  const contexts = createRecordContexts();
  let block = 0;
  let count = 0;

  function introduce(writer: ByteWriter, known: KnownContext): void {
    known.block = block;
    known.index = count;
    count += 1;
    writer.u8(itemKinds.context);
    writer.u32(known.text.length);
    writer.raw(known.text);
  }

  return {
    begin: (writer) => {
      block += 1;
      count = 0;
      writer.at = blockHeaderBytes;
    },
    encode: (writer, entry) => {
      const facts = factsOf(entry);
      const known = contexts.find(facts);
      if (known.block !== block) introduce(writer, known);
      const start = beginItem(writer, itemKinds.request);
      try {
        writeRequest(writer, facts, known);
        endItem(writer, start);
      } catch (error) {
        writer.at = start - 1;
        throw error;
      }
    },
  };
}

function beginItem(writer: ByteWriter, kind: number): number {
  writer.u8(kind);
  writer.u32(0);
  return writer.at - 4;
}

function endItem({ view, at }: ByteWriter, start: number): void {
  view.setUint32(start, at - start - 4, true);
}

function writeRequest(writer: ByteWriter, facts: RecordFacts, known: KnownContext): void {
  writer.u32(known.index);
  const flagsAt = writer.at;
  writer.u8(0);
  writer.f64(facts.at);
  writer.f64(facts.milliseconds);
  writer.text(facts.id);
  writer.text(facts.requestId);
  writer.f64(facts.stickyKey === null ? Number.NaN : (hashOfKey(facts.split.salt, facts.stickyKey) ?? Number.NaN));
  writer.u32(facts.rows);
  if (facts.shadowOf !== null) writer.text(facts.shadowOf);
  const bits = writeInputs(writer, facts, known) | writeOutputs(writer, facts, known);
  writer.bytes[flagsAt] = bits | (facts.shadowOf === null ? 0 : flags.shadow);
}

/** Gives the bits of the flags that say how the inputs lie. */
function writeInputs(writer: ByteWriter, { input, rows }: RecordFacts, known: KnownContext): number {
  const { inputs } = known.context;
  if (input === null || inputs.length === 0) return forms.none;
  if (input.kind === 'rows') {
    writer.text(JSON.stringify(keptCells(input.rows, inputs)));
    return forms.json;
  }
  const tensors = input.kind === 'batch' ? input.tensors : inOrder(input.tensors, inputs);
  if (tensors.length !== inputs.length) return forms.none;
  const shapes = writeTensors(writer, tensors, { writers: known.inputs, rows });
  return forms.tensors | (shapes ? flags.inputShapes : 0);
}

function writeOutputs(writer: ByteWriter, { outputs, predictions, rows }: RecordFacts, known: KnownContext): number {
  if (predictions !== null) {
    writer.text(JSON.stringify(predictions));
    return forms.json << flags.outputsShift;
  }
  if (outputs.length === 0) return forms.none;
  const shapes = writeTensors(writer, outputs, { writers: known.outputs, rows });
  return (forms.tensors << flags.outputsShift) | (shapes ? flags.outputShapes : 0);
}

/** Tells whether the shapes had to be written. */
function writeTensors(
  writer: ByteWriter,
  tensors: readonly Tensor[],
  { writers, rows }: { readonly writers: readonly TensorWriter[]; readonly rows: number },
): boolean {
  let shapes = false;
  for (let index = 0; index < tensors.length; index++) {
    if ((tensors[index] as Tensor).data.length !== (writers[index] as TensorWriter).width * rows) shapes = true;
  }
  for (let index = 0; index < tensors.length; index++) {
    const { write } = writers[index] as TensorWriter;
    if (write === null) continue;
    const { shape, data } = tensors[index] as Tensor;
    if (shapes) {
      writer.u8(shape.length);
      for (const size of shape) writer.u32(size);
    }
    write(writer, data as never);
  }
  return shapes;
}

function inOrder(tensors: readonly Tensor[], inputs: readonly LoggedTensor[]): readonly Tensor[] {
  return inputs.flatMap(
    ({ name, datatype }) => tensors.find((one) => one.name === name && one.datatype === datatype) ?? [],
  );
}

/** The columns that the model takes and that may be kept, and no others. */
function keptCells(rows: readonly Row[], inputs: readonly LoggedTensor[]): readonly Row[] {
  const names = inputs.filter(({ redacted }) => !redacted).map(({ name }) => name);
  return rows.map((row) => {
    const kept: Record<string, Row[string]> = Object.create(null);
    for (const name of names) if (Object.hasOwn(row, name)) kept[name] = row[name] ?? null;
    return kept;
  });
}
