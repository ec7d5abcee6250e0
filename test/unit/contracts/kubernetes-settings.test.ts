import { parseKubernetesSettings } from '@laurel/contracts/schemas';

const least = `
namespace: training
image: trainer:1
checkpointClaim: checkpoints
objectStore: { url: "s3://laurel/objects" }
`;

test('the least that a cluster needs is filled up with what is usual', () => {
  expect(parseKubernetesSettings(least, 'k.yaml')).toMatchObject({
    kubeconfig: null,
    namespace: 'training',
    runAsUser: 10_001,
    datasetClaim: null,
    spot: null,
    queue: null,
    graceSeconds: 30,
    priorityClass: { spot: null, onDemand: null },
    objectStore: { secret: null, claim: null },
  });
});

test('all that is wrong is said at once, with its line', () => {
  const wrong = `${least}spot: azure\ngraceSecond: 3\nkeepSeconds: 1\n`;
  expect(() => parseKubernetesSettings(wrong, 'k.yaml')).toThrow(
    expect.objectContaining({
      code: 'InvalidInput',
      message: expect.stringMatching(/k\.yaml, line 6: .*spot.*; .*graceSecond.*did you mean "graceSeconds".*/s),
    }),
  );
  expect(() => parseKubernetesSettings('{', 'k.yaml')).toThrow(/k\.yaml, line 1: this is not valid YAML/);
});
