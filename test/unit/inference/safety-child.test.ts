import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createModelProbe } from '@laurel/inference';
import { signature } from '../../fuzz/onnx/hostile-case.js';
import { runCases } from '../../fuzz/onnx/hostile-run.js';

const endless = runCases.find(({ name }) => name === 'a loop never ends')!.bytes();
const onLinux = process.platform === 'linux' ? test : test.skip;

/** The probe's child of this process, once it is there and has begun to run Node. */
async function childOf(parent: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(process.execPath));
    if (found !== undefined) return Number(found);
    await wait(10);
  }
  throw new Error('The probe started no child.');
}

function limitsOf(pid: number): Readonly<Record<string, string>> {
  const lines = readFileSync(`/proc/${pid}/limits`, 'utf8').split('\n').slice(1);
  return Object.fromEntries(lines.map((line) => [line.slice(0, 26).trim(), line.slice(26, 47).trim()]));
}

function networkCanBeCut(): boolean {
  try {
    execFileSync('/usr/bin/unshare', ['--user', '--net', '/bin/true']);
    return true;
  } catch {
    return false;
  }
}

onLinux(
  'the child has no environment, no network, no file to write, an empty folder, and bounded memory and time',
  async () => {
    const probe = createModelProbe({ memoryMegabytes: 256, timeoutMilliseconds: 3_000 });
    const verdict = expect(probe.probe(endless, signature)).rejects.toMatchObject({ code: 'ModelUnsafe' });
    const pid = await childOf(process.pid);
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll(/(PWD|SHLVL|_)=[^\0]*\0/g, '')).toBe('');
    expect(readdirSync(folder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o500);
    expect(limitsOf(pid)).toMatchObject({
      'Max core file size': '0',
      'Max file size': '0',
      'Max cpu time': '12',
      'Max data size': `${(256 + 1024) * 1024 * 1024}`,
      'Max open files': '64',
    });
    if (networkCanBeCut()) expect(readlinkSync(`/proc/${pid}/ns/net`)).not.toBe(readlinkSync('/proc/self/ns/net'));
    await verdict;
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  },
);
