import { ApplicationFailure, type Context } from '@temporalio/activity';
import { tracedActivities } from '../../../apps/worker/src/traced-activities.js';
import { startOtlpReceiver } from '../../support/otlp-receiver.js';
import { openTestTracing } from '../../support/test-tracing.js';

const runId = '0199f3c2-7b1e-7a44-9d55-0c1f2e3d4a5b';

/** The part of an activity's context that is looked at. */
function contextOf(activityType: string, attempt: number): Context {
  const info = { activityId: '3', activityType, attempt, taskQueue: 'laurel-compute' };
  return { info: { ...info, workflowExecution: { workflowId: 'train/churn/1', runId } } } as Context;
}

test('activities of one run of a workflow are in the trace of its id, whoever works on them', async () => {
  const receiver = await startOtlpReceiver();
  for (const [index, activityType] of ['evaluateModel', 'publishPackage'].entries()) {
    const tracing = await openTestTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const { inbound } = tracedActivities(tracing.tracer)(contextOf(activityType, index + 1));
    expect(await inbound.execute('input', async (input) => `${input} done`)).toBe('input done');
    await tracing.close();
  }
  const tracing = await openTestTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const failing = tracedActivities(tracing.tracer)(contextOf('evaluateModel', 3)).inbound;
  const failure = ApplicationFailure.create({ type: 'ModelParity', message: 'It is not the same.' });
  await expect(failing.execute(null, () => Promise.reject(failure))).rejects.toBe(failure);
  await tracing.close();
  await receiver.close();
  expect(receiver.spans.map(({ name, attributes, isError }) => [name, attributes['laurel.attempt'], isError])).toEqual([
    ['RunActivity:evaluateModel', 1, false],
    ['RunActivity:publishPackage', 2, false],
    ['RunActivity:evaluateModel', 3, true],
  ]);
  expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(new Set([runId.replaceAll('-', '')]));
  expect(receiver.spans[2]?.attributes).toMatchObject({
    temporalWorkflowID: 'train/churn/1',
    temporalRunID: runId,
    temporalActivityID: '3',
    'laurel.task_queue': 'laurel-compute',
    'error.type': 'ModelParity',
  });
});

test('an activity without a workflow begins a trace of its own', async () => {
  const receiver = await startOtlpReceiver();
  const tracing = await openTestTracing({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const info = { activityId: '1', activityType: 'ping', attempt: 1, taskQueue: 'q' };
  await tracedActivities(tracing.tracer)({ info } as Context).inbound.execute(null, async () => undefined);
  await tracing.close();
  await receiver.close();
  expect(receiver.spans).toHaveLength(1);
  expect(receiver.spans[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
});
