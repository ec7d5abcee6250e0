import type { StandaloneFacts, StandaloneModel } from '@laurel/contracts';
import { renderFields, renderTable } from '../output/table.js';

type Specs = StandaloneModel['inputs'];

/** What somebody needs who has just started to serve: where, what, a line that works, how to stop. */
export function standaloneText({ url, grpcUrl, models, log }: StandaloneFacts): string {
  const fields: (readonly [string, string])[] = [
    ['HTTP', url],
    ['gRPC', grpcUrl.replace('grpc://', '')],
    ['Metrics', `${url}/metrics`],
    ...(log === null ? [] : [['Log', `${log}/predictions`] as const]),
    ['Stop', 'Ctrl-C'],
  ];
  return [renderFields(fields), ...models.map(modelText)].join('\n\n');
}

function modelText({ name, file, version, inputs, outputs, curl, curlAnswers }: StandaloneModel): string {
  const tensors = renderTable(
    ['tensor', 'name', 'type', 'shape'],
    [...tensorRows('input', inputs), ...tensorRows('output', outputs)],
  );
  const hint = curlAnswers ? 'Try it:' : 'Put values of yours in; the model refused made-up ones:';
  return `Model ${name}, version ${version}, from ${file}\n${tensors}\n${hint}\n  ${curl}`;
}

function tensorRows(role: string, specs: Specs): readonly (readonly string[])[] {
  return specs.map(({ name, datatype, shape }) => [role, name, datatype, `[${shape.join(', ')}]`]);
}
