import { randomInt } from 'node:crypto';
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

/**
 * Ports from 20,000 on: below those that systems give to outgoing connections (from 32,768 on Linux, 49,152 on macOS), one
 * of which could take a port between its choice and its use.
 */
const firstPort = 20_000;
const portCount = 12_000;

/** Distinct loopback ports that nobody listens on and no other process of this machine has chosen. */
export function freePortNumbers(count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, freePort));
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = firstPort + randomInt(portCount);
    if ((await isFree(port)) && (await claimPort(port))) return port;
  }
}

async function pickPorts(wanted: StackPorts): Promise<StackPorts> {
  const picked = names.map(async (name) => [name, await pickPort(wanted[name])] as const);
  return Object.fromEntries(await Promise.all(picked)) as unknown as StackPorts;
}

async function pickPort(wanted: number): Promise<number> {
  return (await isFree(wanted)) && (await claimPort(wanted)) ? wanted : freePort();
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
