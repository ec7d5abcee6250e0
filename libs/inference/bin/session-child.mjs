// Runs one graph for the process at the other end of the pipe (file 3): first a frame `open` (a line of JSON {threads,
// outputs}, then the model), then frames `run`, each answered in turn. Reads and writes block, because there is nothing
// else to do. The end of the pipe is the end of this process.
import { readSync, writeSync } from 'node:fs';
import ort from 'onnxruntime-node';
import { decodeTensors, encodeFrame, frameKinds, prefixBytes, readPrefix, writePrefix } from './tensor-frames.mjs';

const pipe = 3;
const quiet = { logSeverityLevel: 4 };
const keptBytes = 1024 * 1024;
const received = Buffer.from(new ArrayBuffer(keptBytes));
const sent = Buffer.from(new ArrayBuffer(keptBytes));
const roomIn = (kept) => (bytes) => (bytes <= keptBytes ? kept : Buffer.from(new ArrayBuffer(bytes)));

// The process at the other end decides: a signal to the whole group (Ctrl-C) must not take its runs away.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

function readInto(bytes) {
  for (let at = 0; at < bytes.byteLength; ) {
    const count = readSync(pipe, bytes, at, bytes.byteLength - at);
    if (count === 0) process.exit(0);
    at += count;
  }
  return bytes;
}

function write(bytes) {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(pipe, bytes, at);
}

const prefix = Buffer.alloc(prefixBytes);

function readFrame() {
  const { bytes } = readPrefix(readInto(prefix));
  return readInto(roomIn(received)(bytes).subarray(0, bytes));
}

function writeText(kind, text) {
  const body = Buffer.from(text);
  const frame = Buffer.alloc(prefixBytes + body.byteLength);
  writePrefix(frame, { kind, bytes: body.byteLength });
  frame.set(body, prefixBytes);
  write(frame);
}

function fail(error) {
  const [line = ''] = String(error?.message ?? error).split('\n');
  writeText(frameKinds.failed, line.slice(0, 300));
}

async function open(frame) {
  const end = frame.indexOf(10);
  const { threads, outputs } = JSON.parse(frame.subarray(0, end).toString());
  const session = await ort.InferenceSession.create(frame.subarray(end + 1), {
    executionProviders: ['cpu'],
    extra: { session: { load_model_format: 'ONNX' } },
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    ...quiet,
  });
  const names = session.outputNames.filter((name) => outputs === null || outputs.includes(name));
  writeText(
    frameKinds.opened,
    JSON.stringify({ inputMetadata: session.inputMetadata, outputMetadata: session.outputMetadata }),
  );
  return { session, names };
}

async function answer({ session, names }, frame) {
  const feeds = {};
  for (const { index, type, shape, data } of decodeTensors(frame)) {
    const feed = new ort.Tensor(type, data, shape);
    // Native code of Node 24 takes a Float16Array for empty; the same bits as whole numbers it reads.
    if (type === 'float16') feed.cpuData = new Uint16Array(data.buffer, data.byteOffset, data.length);
    feeds[session.inputNames[index]] = feed;
  }
  let startedAt = 0;
  // The run is an immediate of its own; this one comes just before it.
  setImmediate(() => {
    startedAt = performance.now();
  });
  const given = await session.run(feeds, names, quiet);
  const milliseconds = performance.now() - startedAt;
  const tensors = names.map((name, index) => {
    const { type, dims, data } = given[name];
    return { index, type, shape: dims, data };
  });
  write(encodeFrame({ kind: frameKinds.ran, milliseconds, tensors }, roomIn(sent)));
  for (const name of names) given[name].dispose();
}

let graph;
try {
  graph = await open(readFrame());
} catch (error) {
  fail(error);
  process.exit(0);
}
for (;;) {
  const frame = readFrame();
  await answer(graph, frame).catch(fail);
}
