/**
 * Domains of operators that onnxruntime itself implements and that touch nothing but tensors. Training domains,
 * pre-compiled graphs of accelerators and custom libraries are left out.
 */
export const knownDomains: readonly string[] = ['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft'];

/** What a model file may hold. Generous for real models, small enough that reading and loading one stays bounded. */
export const limits = {
  /** A protobuf message ends at 2 GiB (protobuf.dev, "Proto Limits"). */
  bytes: 2 ** 31 - 1,
  /** onnxruntime 1.30 takes 0.3 s to load a chain of 10,000 and 4 s for 100,000 (measured). Counted with functions inlined. */
  nodes: 100_000,
  /** Graphs within graphs: loops and branches within each other. onnxruntime recurses into them on the C++ stack. */
  graphDepth: 16,
  /** Messages within messages. protobuf stops at 100; 16 graphs take 3 levels each. */
  messageDepth: 64,
  /** Functions that call functions, which readers inline. As deep as graphs. */
  callDepth: 16,
  /** Inputs, and outputs, of one graph: one per raw column. Wider tables go in as one tensor. */
  values: 1_024,
  /** An empty message takes 2 bytes in a file and 60 in memory (measured). A node with five attributes and a typed value is 14. */
  messages: 4_000_000,
  /** Reading texts that are written one by one takes about 0.05 µs each (measured): a few seconds for the whole file. */
  fields: 2 ** 26,
  /** Dimensions of one tensor, as in NumPy. */
  rank: 64,
  /** Elements of one tensor: 4-bit numbers that fill the largest file. */
  elements: 2 ** 32,
  /** Elements of a sparse tensor made dense, as onnxruntime does: 256 MiB of floats. */
  denseElements: 2 ** 26,
} as const;
