import type { EndCause } from '@laurel/domain';
import type { AttemptExit } from '../../../libs/local/src/job-files.js';
import { readEnd } from '../../../libs/local/src/job-outcome.js';

const exit = (change: Partial<AttemptExit>): AttemptExit => ({
  reason: 'exited',
  code: null,
  signal: null,
  detail: null,
  oomKilled: false,
  lastLines: [],
  failure: null,
  endedAt: '2026-01-01T00:00:00Z',
  ...change,
});

const failure = (cause: string) => JSON.stringify({ laurel: 'failure', cause, step: 3, message: 'it is so' });

const ends: readonly (readonly [string, Partial<AttemptExit>, EndCause])[] = [
  ['SIGKILL while memory ran out', { signal: 'SIGKILL', oomKilled: true }, 'outOfMemory'],
  ['137 of a shell while memory ran out', { code: 137, oomKilled: true }, 'outOfMemory'],
  ['SIGKILL while memory lasted', { signal: 'SIGKILL' }, 'killed'],
  ['137 of a shell while memory lasted', { code: 137 }, 'killed'],
  ['exit code 1 while another process ran out of memory', { code: 1, oomKilled: true }, 'crashed'],
  ['SIGTERM', { signal: 'SIGTERM' }, 'disrupted'],
  ['143', { code: 143 }, 'disrupted'],
  ['143 although it named a failure', { code: 143, failure: failure('badData') }, 'disrupted'],
  ['SIGKILL after it was asked to stop', { reason: 'stopped', signal: 'SIGKILL' }, 'disrupted'],
  ['exit code 1 after it was asked to stop', { reason: 'stopped', code: 1 }, 'disrupted'],
  ['a named failure with exit code 1', { code: 1, failure: failure('notANumber') }, 'notANumber'],
  ['a named failure with exit code 65', { code: 65, failure: failure('notANumber') }, 'notANumber'],
  ['a rank that lost its peer', { code: 1, failure: failure('peerLost') }, 'peerLost'],
  ['a failure line that is none', { code: 1, failure: failure('nodeLost') }, 'crashed'],
  ['SIGSEGV', { signal: 'SIGSEGV' }, 'crashed'],
  ['a full disk in a traceback', { code: 1, lastLines: ['OSError: No space left on device', '', 'x'] }, 'storageFull'],
  ['a full disk mentioned by code 65', { code: 65, lastLines: ['no space left on device'] }, 'badData'],
  ['no program', { reason: 'notStarted', detail: 'spawn nothing ENOENT' }, 'notStarted'],
  ['no room for a process', { reason: 'noRoom', detail: 'spawn node EAGAIN' }, 'tryAgain'],
  ['no GPU', { reason: 'unschedulable', detail: 'none is free' }, 'unschedulable'],
  ['a vanished supervisor', { reason: 'lost' }, 'killed'],
  ['a restarted machine', { reason: 'nodeLost' }, 'nodeLost'],
  ['silence', { reason: 'hung', code: 143 }, 'hung'],
  ['the deadline, although it committed in time', { reason: 'deadline', code: 143 }, 'deadline'],
  ['too much memory', { reason: 'memory', signal: 'SIGKILL', detail: 'it held 3 GiB' }, 'outOfMemory'],
  ['too little disk', { reason: 'disk', signal: 'SIGKILL', detail: 'the disk has 0 GiB left' }, 'storageFull'],
];

test.each(ends)('%s', (_, change, cause) => {
  const end = readEnd(exit(change));
  expect(end).toMatchObject({ kind: 'ended', cause, exitCode: change.code ?? null });
  expect(end?.message).not.toMatch(/undefined|null|\n/);
});

test('a trainer that is done is no end of this kind, also when it was just being stopped', () => {
  expect(readEnd(exit({ code: 0 }))).toBeUndefined();
  expect(readEnd(exit({ code: 0, failure: failure('badData') }))).toBeUndefined();
  expect(readEnd(exit({ reason: 'stopped', code: 0 }))).toBeUndefined();
});
