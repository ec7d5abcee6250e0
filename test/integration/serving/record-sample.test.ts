import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { splitOf, startServingWorld } from '../../support/serving-world.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };

test('in a second of many rows a fair sample of them is kept one by one, and all are counted', async () => {
  const world = await startServingWorld();
  const champion = await world.publish(1, buildClassifier(spec));
  const challenger = await world.publish(2, buildClassifier({ ...spec, weights: [1] }));
  await world.serve(splitOf({ champion, challenger, weight: 50 }));
  const rows = Array.from({ length: 200 }, (_, tenure) => ({ tenure }));
  await pause(1_050 - (Date.now() % 1_000));
  await Promise.all(Array.from({ length: 60 }, () => world.post('/predict/churn', { rows })));
  const counted = () => world.fleet.totals('champion').requests + world.fleet.totals('challenger').requests;
  await eventually(() => counted() === 60, 'every request is counted');
  await pause(500);
  const kept = [...world.fleet.predictions.values()];
  expect(kept.length).toBeGreaterThanOrEqual(2_000);
  expect(kept.length).toBeLessThan(12_000);
  const share = kept.filter(({ arm }) => arm === 'challenger').length / kept.length;
  expect(share).toBeGreaterThan(0.05);
  expect(share).toBeLessThan(0.95);
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  await world.close();
  expect(metrics).toMatch(/laurel_request_duration_seconds_count\{endpoint="churn",version="1",arm="champion"\} \d+/);
});
