import { expand } from '../../support/kubernetes/node-agent/environment.js';
import { quantity } from '../../support/kubernetes/node-agent/quantity.js';
import { type Surroundings, substitute } from '../../support/kubernetes/node-agent/substitutions.js';

const surroundings: Surroundings = {
  paths: new Map([
    ['/data', '/host/one'],
    ['/data/cache', '/host/data/two'],
  ]),
  namespace: 'team',
  service: 'run-1',
  ports: new Map([[29_500, 31_001]]),
};

test.each([
  ['/data', '/host/one'],
  ['--in=/data/a.parquet', '--in=/host/one/a.parquet'],
  ['/data/cache/x', '/host/data/two/x'],
  ['file:///data/cache', 'file:///host/data/two'],
  ['cp /data/a /data/cache/b', 'cp /host/one/a /host/data/two/b'],
  ['{"dir":"/data"}', '{"dir":"/host/one"}'],
  ['/database', '/database'],
  ['/my/data', '/my/data'],
  ['run-1-0.run-1', '127.0.0.1'],
  ['run-1-0.run-1.team.svc.cluster.local:29500', '127.0.0.1:31001'],
  ['run-1-0.run-10', 'run-1-0.run-10'],
  ['29500', '31001'],
  ['--port=29500', '--port=31001'],
  ['295001', '295001'],
  ['sha256:29500a', 'sha256:29500a'],
])('a pod that says "%s" gets "%s"', (said, got) => {
  expect(substitute(said, surroundings)).toBe(got);
});

test('variables are expanded as Kubernetes does it', () => {
  expect(expand('$(A)/$(B)/$$(A)/$A', { A: 'x' })).toBe('x/$(B)/$(A)/$A');
});

test('quantities are read in all their units', () => {
  expect(['500m', '2', '1Gi', '1.5G', '1e3', '128Mi'].map(quantity)).toEqual([0.5, 2, 2 ** 30, 1.5e9, 1_000, 2 ** 27]);
  expect(() => quantity('many')).toThrow('not a quantity');
});
