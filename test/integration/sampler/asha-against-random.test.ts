import { race } from '../../training/sweep/race.js';
import { createTestDatabase } from '../postgres/database.js';
import { openSampler } from './given-sampler.js';

/** Share of the random search's steps that ASHA may need; `npm run test:sweeps` prints it for twenty seeds. */
const share = 0.4;

test('ASHA comes to the best value of a random search with two fifths of its steps', async () => {
  const db = await createTestDatabase();
  const sampler = openSampler(db.url);
  try {
    const { ashaSteps, randomSteps } = await race(sampler, 3);
    expect(ashaSteps ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(share * randomSteps);
  } finally {
    await sampler.close();
    await db.drop();
  }
});
