import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@laurel/client';
import { eventually } from '../../../support/eventually.js';
import { buildClassifier, buildNaN } from '../../../support/onnx-builder.js';
import { model, node, value } from '../../../support/onnx-writer.js';
import { oneOff } from '../../../support/serving-world.js';
import { startStandaloneWorld } from '../../../support/standalone-world.js';

const classifier = (bias: number) =>
  buildClassifier({ inputs: ['tenure'], weights: [-1], bias, classes: ['No', 'Yes'] }).model;
const tenure = (value: number) => tensor('tenure', Float32Array.of(value), [1, 1]);

/** Needs at least eight columns: a made-up row of one is refused by the graph. */
const wide = model({
  nodes: [node('Add', { from: ['x', 'x'], to: ['twice'] }), node('MatMul', { from: ['twice', 'weights'], to: ['y'] })],
  inputs: [value('x', 'FP32', [-1, -1]), value('weights', 'FP32', [8, 1])],
  outputs: [value('y', 'FP32', [-1, 1])],
});

test('what it says of itself is what a client needs: addresses, tensors, a line that works', async () => {
  const world = await startStandaloneWorld({ churn: classifier(5) });
  try {
    const [facts] = world.models;
    expect(world).toMatchObject({
      url: expect.stringMatching(/^http:/),
      grpcUrl: expect.stringMatching(/^grpc:/),
      log: null,
    });
    expect(facts).toMatchObject({ name: 'churn', version: 1, curlAnswers: true });
    expect(facts?.inputs).toEqual([{ name: 'tenure', datatype: 'FP32', shape: [-1, 1] }]);
    expect(facts?.curl).toContain(`curl -s ${world.url}/v2/models/churn/infer`);
    const answer = await world.client.infer('churn', [tenure(1)]);
    expect(answer.output('label').data).toEqual(['Yes']);
    expect(await (await fetch(`${world.url}/metrics`, oneOff)).text()).toContain(
      'nv_inference_request_success{model="churn",version="1"} 1',
    );
  } finally {
    await world.close();
  }
});

test('the line has the smallest shapes that the model takes', async () => {
  const world = await startStandaloneWorld({ wide });
  try {
    expect(world.models[0]).toMatchObject({ curlAnswers: true, curl: expect.stringContaining('"shape":[1,8]') });
  } finally {
    await world.close();
  }
});

test('a model that answers no made-up values is served, and said to need real ones', async () => {
  const nan = buildNaN({ inputs: ['x'], weights: [1], bias: 0, classes: ['a', 'b'] }).model;
  const world = await startStandaloneWorld({ nan });
  try {
    expect(world.models[0]?.curlAnswers).toBe(false);
    const answer = await world.client.infer('nan', [tensor('x', Float32Array.of(-5), [1, 1])]);
    expect(answer.outputs).toHaveLength(2);
  } finally {
    await world.close();
  }
});

test('two names may stand for one file', async () => {
  const world = await startStandaloneWorld({ a: classifier(5), b: classifier(5) });
  try {
    const { client } = world;
    expect((await client.infer('a', [tenure(0)])).output('label').data).toEqual(['Yes']);
    expect((await client.infer('b', [tenure(0)])).output('label').data).toEqual(['Yes']);
  } finally {
    await world.close();
  }
});

test('a file that changes is served as the next version without a failed request; a broken one is not', async () => {
  const world = await startStandaloneWorld({ churn: classifier(5) }, ['--watch']);
  const { client } = world;
  const answers: string[] = [];
  const stop = new AbortController();
  const asking = (async () => {
    while (!stop.signal.aborted) {
      const answer = await client.infer('churn', [tenure(0)]);
      answers.push(`${answer.version} ${String(answer.output('label').data)}`);
    }
  })();
  try {
    await world.write('churn', classifier(-5));
    await eventually(async () => answers.at(-1) === '2 No', 'version 2 answers');
    await world.write('churn', new Uint8Array([1, 2, 3]));
    await eventually(async () => world.reloaded.length === 2, 'the broken file was looked at');
    expect(world.reloaded[1]).toContain('churn.onnx: The model file is refused');
  } finally {
    stop.abort();
    await asking;
    await world.close();
  }
  expect([...new Set(answers)]).toEqual(['1 Yes', '2 No']);
});

test('answers are kept as Parquet when a folder is named', async () => {
  const log = await mkdtemp(join(tmpdir(), 'laurel-answers-'));
  const world = await startStandaloneWorld({ churn: classifier(5) }, ['--log', log]);
  await world.client.infer('churn', [tenure(0)]);
  await world.close();
  const files = await readdir(join(log, 'predictions'), { recursive: true });
  await rm(log, { recursive: true });
  expect(files.filter((file) => file.endsWith('.parquet'))).toHaveLength(1);
});

test.each(['--port', '--grpc-port'])(
  'a taken port is named, and the option that chooses another: %s',
  async (option) => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as AddressInfo;
    try {
      await expect(startStandaloneWorld({ churn: classifier(5) }, [`${option}=${port}`])).rejects.toMatchObject({
        code: 'PortTaken',
        message: `127.0.0.1:${port} is taken; choose another with ${option}, or stop what listens there.`,
      });
    } finally {
      server.close();
    }
  },
);
