import { setTimeout as sleep } from 'node:timers/promises';
import { isLaurelError } from '@laurel/contracts';

const intervalMilliseconds = 500;
/** Longest silence of the API that is taken for a restart. */
const patienceMilliseconds = 60_000;

/** Asks `look` until it answers something; a short absence of the API is waited out. */
export async function poll<Answer>(look: () => Promise<Answer | undefined>): Promise<Answer> {
  let silentSince: number | null = null;
  for (;;) {
    try {
      const answer = await look();
      if (answer !== undefined) return answer;
      silentSince = null;
    } catch (error) {
      if (!isLaurelError(error) || !error.retryable) throw error;
      silentSince ??= Date.now();
      if (Date.now() - silentSince > patienceMilliseconds) throw error;
    }
    await sleep(intervalMilliseconds);
  }
}
