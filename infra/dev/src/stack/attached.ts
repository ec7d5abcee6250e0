import { settlePorts } from '../ports/stack-ports.js';
import { settleDataFolder } from '../postgres/data-folder.js';
import { ensurePassword } from '../postgres/password.js';
import { postgresUser } from '../postgres/system-user.js';
import { stopLeftovers } from '../supervisor/leftovers.js';
import { demandTemporal, findToolchain } from '../toolchain.js';
import { homeFiles, openHome } from './home.js';
import { holdHome } from './home-lock.js';
import type { RunningStack, StackPorts, UpOptions } from './shapes.js';
import { planStack, type StackPlan } from './stack-plan.js';
import { SupervisedStack } from './supervised-stack.js';

/** Supervises a stack in this process, which holds LAUREL_HOME from here on. Ctrl-C and SIGTERM stop it in order. */
export async function superviseHere(options: UpOptions): Promise<RunningStack> {
  const home = openHome(options.home);
  const { holder, release } = holdHome(home);
  try {
    const { plan, ports } = await prepare(home, options);
    const stack = new SupervisedStack({ home, ports, plan, holder, release, onProgress: options.onProgress });
    await stack.start();
    return stack;
  } catch (error) {
    release();
    throw error;
  }
}

async function prepare(
  home: string,
  options: UpOptions,
): Promise<{ readonly plan: StackPlan; readonly ports: StackPorts }> {
  const note = (message: string) => options.onProgress?.({ process: 'stack', state: 'note', message });
  const left = await stopLeftovers(home);
  if (left.length > 0) note(`stopped what an earlier supervisor left running: ${left.join(', ')}`);
  const toolchain = findToolchain();
  const temporal = demandTemporal(toolchain);
  if (toolchain.python === null) note('there is no Python for trainers; laurel doctor says how to get it');
  const ports = await settlePorts(options.ports ?? {});
  const data = await settleDataFolder(home, await postgresUser());
  if (data.moved) note(`user postgres cannot enter ${home}; the database lies in ${data.path}`);
  const plan = await planStack({
    home,
    ports,
    password: await ensurePassword(homeFiles(home).password),
    dataDir: data.path,
    durable: options.durable ?? true,
    temporal,
    python: toolchain.python,
    samplerPython: toolchain.samplerPython,
    workerProcesses: options.workerProcesses ?? 1,
    servingProcesses: options.servingProcesses ?? 2,
    environment: options.environment ?? {},
  });
  return { plan, ports };
}
