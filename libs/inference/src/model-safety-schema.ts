/** What a field holds: a number, text that must be UTF-8, any bytes, or a message. */
export type Scalar = 'int32' | 'int64' | 'uint64' | 'float' | 'double' | 'string' | 'bytes';

export interface FieldRule {
  readonly number: number;
  readonly name: string;
  readonly holds: Scalar | MessageName;
  readonly repeated: boolean;
  /** Only one of the fields marked so may be there. */
  readonly choice: boolean;
}

export interface MessageSchema {
  readonly name: MessageName;
  /** By field number. */
  readonly fields: readonly (FieldRule | undefined)[];
}

/** `string` once, `string*` any number of times, `string|` in a choice. */
type Written = readonly [number: number, holds: string];

/**
 * The messages of onnx-ml.proto, IR version 14, by field name: what onnxruntime 1.30 can read. Enumerations are int32.
 * A field that is not here is refused.
 */
const written = {
  ModelProto: {
    ir_version: [1, 'int64'],
    producer_name: [2, 'string'],
    producer_version: [3, 'string'],
    domain: [4, 'string'],
    model_version: [5, 'int64'],
    doc_string: [6, 'string'],
    graph: [7, 'GraphProto'],
    opset_import: [8, 'OperatorSetIdProto*'],
    metadata_props: [14, 'StringStringEntryProto*'],
    training_info: [20, 'bytes*'],
    functions: [25, 'FunctionProto*'],
    configuration: [26, 'DeviceConfigurationProto*'],
  },
  OperatorSetIdProto: { domain: [1, 'string'], version: [2, 'int64'] },
  StringStringEntryProto: { key: [1, 'string'], value: [2, 'string'] },
  DeviceConfigurationProto: { name: [1, 'string'], num_devices: [2, 'int32'], device: [3, 'string*'] },
  FunctionProto: {
    name: [1, 'string'],
    input: [4, 'string*'],
    output: [5, 'string*'],
    attribute: [6, 'string*'],
    node: [7, 'NodeProto*'],
    doc_string: [8, 'string'],
    opset_import: [9, 'OperatorSetIdProto*'],
    domain: [10, 'string'],
    attribute_proto: [11, 'AttributeProto*'],
    value_info: [12, 'ValueInfoProto*'],
    overload: [13, 'string'],
    metadata_props: [14, 'StringStringEntryProto*'],
  },
  GraphProto: {
    node: [1, 'NodeProto*'],
    name: [2, 'string'],
    initializer: [5, 'TensorProto*'],
    doc_string: [10, 'string'],
    input: [11, 'ValueInfoProto*'],
    output: [12, 'ValueInfoProto*'],
    value_info: [13, 'ValueInfoProto*'],
    quantization_annotation: [14, 'TensorAnnotation*'],
    sparse_initializer: [15, 'SparseTensorProto*'],
    metadata_props: [16, 'StringStringEntryProto*'],
  },
  TensorAnnotation: {
    tensor_name: [1, 'string'],
    quant_parameter_tensor_names: [2, 'StringStringEntryProto*'],
  },
  NodeProto: {
    input: [1, 'string*'],
    output: [2, 'string*'],
    name: [3, 'string'],
    op_type: [4, 'string'],
    attribute: [5, 'AttributeProto*'],
    doc_string: [6, 'string'],
    domain: [7, 'string'],
    overload: [8, 'string'],
    metadata_props: [9, 'StringStringEntryProto*'],
    device_configurations: [10, 'NodeDeviceConfigurationProto*'],
  },
  NodeDeviceConfigurationProto: {
    configuration_id: [1, 'string'],
    sharding_spec: [2, 'ShardingSpecProto*'],
    pipeline_stage: [3, 'int32'],
  },
  ShardingSpecProto: {
    tensor_name: [1, 'string'],
    device: [2, 'int64*'],
    index_to_device_group_map: [3, 'IntIntListEntryProto*'],
    sharded_dim: [4, 'ShardedDimProto*'],
  },
  IntIntListEntryProto: { key: [1, 'int64'], value: [2, 'int64*'] },
  ShardedDimProto: { axis: [1, 'int64'], simple_sharding: [2, 'SimpleShardedDimProto*'] },
  SimpleShardedDimProto: { dim_value: [1, 'int64|'], dim_param: [2, 'string|'], num_shards: [3, 'int64'] },
  AttributeProto: {
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'bytes'],
    t: [5, 'TensorProto'],
    g: [6, 'GraphProto'],
    floats: [7, 'float*'],
    ints: [8, 'int64*'],
    strings: [9, 'bytes*'],
    tensors: [10, 'TensorProto*'],
    graphs: [11, 'GraphProto*'],
    doc_string: [13, 'string'],
    tp: [14, 'TypeProto'],
    type_protos: [15, 'TypeProto*'],
    type: [20, 'int32'],
    ref_attr_name: [21, 'string'],
    sparse_tensor: [22, 'SparseTensorProto'],
    sparse_tensors: [23, 'SparseTensorProto*'],
  },
  TensorProto: {
    dims: [1, 'int64*'],
    data_type: [2, 'int32'],
    segment: [3, 'bytes'],
    float_data: [4, 'float*'],
    int32_data: [5, 'int32*'],
    string_data: [6, 'bytes*'],
    int64_data: [7, 'int64*'],
    name: [8, 'string'],
    raw_data: [9, 'bytes'],
    double_data: [10, 'double*'],
    uint64_data: [11, 'uint64*'],
    doc_string: [12, 'string'],
    external_data: [13, 'StringStringEntryProto*'],
    data_location: [14, 'int32'],
    metadata_props: [16, 'StringStringEntryProto*'],
  },
  SparseTensorProto: { values: [1, 'TensorProto'], indices: [2, 'TensorProto'], dims: [3, 'int64*'] },
  ValueInfoProto: {
    name: [1, 'string'],
    type: [2, 'TypeProto'],
    doc_string: [3, 'string'],
    metadata_props: [4, 'StringStringEntryProto*'],
  },
  TypeProto: {
    tensor_type: [1, 'TensorType|'],
    sequence_type: [4, 'ElementType|'],
    map_type: [5, 'MapType|'],
    denotation: [6, 'string'],
    opaque_type: [7, 'OpaqueType|'],
    sparse_tensor_type: [8, 'TensorType|'],
    optional_type: [9, 'ElementType|'],
  },
  TensorType: { elem_type: [1, 'int32'], shape: [2, 'TensorShapeProto'] },
  ElementType: { elem_type: [1, 'TypeProto'] },
  MapType: { key_type: [1, 'int32'], value_type: [2, 'TypeProto'] },
  OpaqueType: { domain: [1, 'string'], name: [2, 'string'] },
  TensorShapeProto: { dim: [1, 'Dimension*'] },
  Dimension: { dim_value: [1, 'int64|'], dim_param: [2, 'string|'], denotation: [3, 'string'] },
} as const satisfies Record<string, Record<string, Written>>;

export type MessageName = keyof typeof written;

function schemaOf(name: MessageName, message: Record<string, Written>): MessageSchema {
  const fields: (FieldRule | undefined)[] = [];
  for (const [field, [number, holds]] of Object.entries(message)) {
    fields[number] = {
      number,
      name: field,
      holds: holds.replace(/[*|]$/, '') as Scalar | MessageName,
      repeated: holds.endsWith('*'),
      choice: holds.endsWith('|'),
    };
  }
  return { name, fields };
}

/** The messages that an ONNX file consists of. */
export const messages = Object.fromEntries(
  Object.entries(written).map(([name, message]) => [name, schemaOf(name as MessageName, message)]),
) as Readonly<Record<MessageName, MessageSchema>>;
