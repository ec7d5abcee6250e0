import { createServer } from 'node:net';
import { defaultPorts, environment, LaurelError } from '@laurel/contracts';
import type { PortChoice, StackPorts } from '../stack/shapes.js';
import { claimPort } from './port-claim.js';
import { portHolder } from './port-holder.js';

type PortName = keyof StackPorts;
type Variables = { readonly [name: string]: string | undefined };

/** The variable that sets each port of a stack. */
export const portVariables: Readonly<Record<PortName, string>> = {
  api: environment.apiPort,
  serving: environment.servingPort,
  servingGrpc: environment.servingGrpcPort,
  temporal: environment.temporalPort,
  temporalUi: environment.temporalUiPort,
  postgres: environment.postgresPort,
};

const names = Object.keys(portVariables) as readonly PortName[];

/** Ports that the environment names. Error: `InvalidInput` that names every variable that is not a port. */
export function portsFrom(env: Variables): Partial<StackPorts> {
  const given = names.filter((name) => env[portVariables[name]] !== undefined && env[portVariables[name]] !== '');
  const wrong = given.filter(
    (name) => !/^[1-9]\d{0,4}$/.test(env[portVariables[name]] ?? '') || Number(env[portVariables[name]]) > 65_535,
  );
  if (wrong.length > 0) {
    const list = wrong.map((name) => `${portVariables[name]} is "${env[portVariables[name]] ?? ''}"`).join('; ');
    throw new LaurelError('InvalidInput', `${list}; give a port from 1 to 65535.`);
  }
  return Object.fromEntries(given.map((name) => [name, Number(env[portVariables[name]])]));
}

/** Settles the ports of a stack. Error: `PortTaken` that names every taken port, who holds it and which variable moves it. */
export async function settlePorts(choice: PortChoice): Promise<StackPorts> {
  if (choice === 'auto') return pickPorts(defaultPorts);
  const ports = { ...defaultPorts, ...choice };
  const taken = await takenPorts(ports);
  if (taken.length === 0) return ports;
  const list = taken.map((name) => {
    const holder = portHolder(ports[name]) ?? 'a process that cannot be seen from here';
    return `port ${ports[name]} (${name}) is held by ${holder}; stop it or set ${portVariables[name]}`;
  });
  throw new LaurelError('PortTaken', `${list.join('; ')}, or let Laurel choose with --ports auto.`);
}

/** Free ports for a stack that must not stand in another's way. */
export async function freePorts(): Promise<StackPorts> {
  const [api, serving, servingGrpc, temporal, temporalUi, postgres] = await freePortNumbers(names.length);
  return { api, serving, servingGrpc, temporal, temporalUi, postgres } as StackPorts;
}

/** Distinct loopback ports that nobody listens on. */
export async function freePortNumbers(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  const ports = servers.map((server) => portOf(server?.address()));
  await Promise.all(servers.map((server) => new Promise((done) => server?.close(done))));
  return ports;
}

async function pickPorts(wanted: StackPorts): Promise<StackPorts> {
  const picked = names.map(async (name) => [name, await pickPort(wanted[name])] as const);
  return Object.fromEntries(await Promise.all(picked)) as unknown as StackPorts;
}

async function pickPort(wanted: number): Promise<number> {
  if ((await isFree(wanted)) && (await claimPort(wanted))) return wanted;
  const [other = 0] = await freePortNumbers(1);
  return pickPort(other);
}

async function takenPorts(ports: StackPorts): Promise<readonly PortName[]> {
  const free = await Promise.all(names.map(async (name) => [name, await isFree(ports[name])] as const));
  return free.filter(([, isFree]) => !isFree).map(([name]) => name);
}

/** Can this process listen on the loopback port? */
export async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === undefined) return false;
  await new Promise((done) => server.close(done));
  return true;
}

function listen(port: number): Promise<ReturnType<typeof createServer> | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1' }, () => resolve(server));
  });
}

function portOf(address: unknown): number {
  return (address as { readonly port: number }).port;
}
