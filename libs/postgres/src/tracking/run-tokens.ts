import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RunTokens } from '@laurel/ports';
import type { RunPrepared, Statement } from '../connect.js';

const form = /^laurelrun_([0-9a-f]{32})_([0-9a-f]{64})$/;

const readKey: Statement = { name: 'run-token-key', text: 'select key from run_token_key' };
const findRunning: Statement = {
  name: 'run-token-running',
  text: 'select run_id from runs where run_id = $1 and ended_at is null',
};

/** Tokens are `laurelrun_<run id>_<HMAC-SHA256 of the run id>`, made with a key that only the database has. */
export function createRunTokens(prepared: RunPrepared): RunTokens {
  const seal = async (runId: string): Promise<Buffer> => {
    const [row] = await prepared<{ readonly key: string }>(readKey, []);
    if (row === undefined) throw new RangeError('the database has no key for the tokens of runs');
    return createHmac('sha256', row.key).update(runId).digest();
  };
  return {
    issue: async (runId) => `laurelrun_${runId}_${(await seal(runId)).toString('hex')}`,
    holder: async (token) => {
      const [, runId, given] = form.exec(token) ?? [];
      if (runId === undefined || given === undefined) return undefined;
      if (!timingSafeEqual(await seal(runId), Buffer.from(given, 'hex'))) return undefined;
      return (await prepared<{ readonly run_id: string }>(findRunning, [runId]))[0]?.run_id;
    },
  };
}
