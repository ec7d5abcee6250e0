import type { ActivityPorts } from '@laurel/activities';
import { Context } from '@temporalio/activity';

type Execute<I> = (input: I) => Promise<unknown>;
type Method = (...given: readonly unknown[]) => unknown;

/** For chaos tests only: where this process kills itself with SIGKILL, on the first attempt of an activity. */
interface Failpoint {
  readonly kind: string;
  readonly name: string;
  readonly place: string;
}

function parse(spec: string): Failpoint {
  const [kind = '', name = '', place = ''] = spec.split(':');
  return { kind, name, place };
}

function kill(): void {
  process.kill(process.pid, 'SIGKILL');
}

/**
 * Kills at one activity boundary, `<workflowType>:<activityId>:<before|after>`: before the call goes on, or after it
 * returned and before its result is reported. It strikes on the first attempt only, so that the next worker goes on.
 */
export function failpointInterceptors(spec: string) {
  const { kind, name, place } = parse(spec);
  return (context: Context) => ({
    inbound: {
      async execute<I>(input: I, next: Execute<I>): Promise<unknown> {
        const { info } = context;
        const armed = info.workflowType === kind && info.activityId === name && info.attempt === 1;
        if (armed && place === 'before') kill();
        const output = await next(input);
        if (armed && place === 'after') kill();
        return output;
      },
    },
  });
}

/**
 * Kills at a call that an activity makes of a port, `port:<port>.<method>:<before|after>`; of a stream, after its first
 * item. Ports are given back as they are for any other failpoint.
 */
export function failpointPorts<Ports extends ActivityPorts>(ports: Ports, spec: string): Ports {
  const { kind, name, place } = parse(spec);
  const [port = '', method = ''] = name.split('.');
  const target = (ports as unknown as Readonly<Record<string, Readonly<Record<string, Method>>>>)[port];
  const original = target?.[method];
  if (kind !== 'port' || target === undefined || original === undefined) return ports;
  const struck: Method = (...given) => {
    if (place === 'before') strike();
    const output = original.apply(target, [...given]);
    if (place !== 'after') return output;
    return isStream(output) ? afterFirst(output) : Promise.resolve(output).finally(strike);
  };
  return { ...ports, [port]: { ...target, [method]: struck } };
}

function strike(): void {
  if (Context.current().info.attempt === 1) kill();
}

function isStream(output: unknown): output is AsyncIterable<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

async function* afterFirst(stream: AsyncIterable<unknown>): AsyncIterable<unknown> {
  for await (const item of stream) {
    yield item;
    strike();
  }
}
