import type { Context } from '@temporalio/activity';

type Execute<I> = (input: I) => Promise<unknown>;

/**
 * For chaos tests only: kills this process with SIGKILL at one activity boundary. `spec` is
 * `<workflowType>:<activityId>:<before|after>`: before the call goes on, or after it returned and before its result is
 * reported. It strikes on the first attempt only, so that the next worker goes on.
 */
export function failpointInterceptors(spec: string) {
  const [workflowType, activityId, place] = spec.split(':');
  return (context: Context) => ({
    inbound: {
      async execute<I>(input: I, next: Execute<I>): Promise<unknown> {
        const { info } = context;
        const armed = info.workflowType === workflowType && info.activityId === activityId && info.attempt === 1;
        if (armed && place === 'before') process.kill(process.pid, 'SIGKILL');
        const output = await next(input);
        if (armed && place === 'after') process.kill(process.pid, 'SIGKILL');
        return output;
      },
    },
  });
}
