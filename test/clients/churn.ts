import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout, findToolchain } from '@laurel/dev';
import { createInstallation } from '../support/e2e-installation.js';

/** The shipped example, trained and promoted by an installation of its own, as a person would. */
export interface ServedChurn {
  /** Where it is served. */
  readonly url: string;
  /** Folder of the object store with its package. */
  readonly objects: string;
  /** Its data. */
  readonly csv: string;
  stop(): Promise<void>;
}

const trainMilliseconds = 300_000;

/** Trains and serves the churn model. Error: what is missing for that, or what went wrong. */
export async function startChurn(say: (line: string) => void): Promise<ServedChurn> {
  const { temporal, python } = findToolchain();
  if (temporal === null || python === null)
    throw new Error('Temporal or the trainers are missing; npm run setup brings both');
  say('training the churn example in an installation of its own');
  const stack = createInstallation();
  try {
    await cp(join(checkout, 'examples', 'churn'), join(stack.folder, 'churn'), { recursive: true });
    await stack.up();
    for (const command of [
      ['apply', '-f', 'churn/laurel.yaml'],
      ['train', 'churn', '--wait'],
    ]) {
      const { code, err } = await stack.laurel(command, { milliseconds: trainMilliseconds });
      if (code !== 0) throw new Error(`laurel ${command.join(' ')} ended with ${code}: ${err}`);
    }
    const { ports } = await stack.json<{ readonly ports: { readonly serving: number } }>('status');
    return {
      url: `http://127.0.0.1:${ports.serving}`,
      objects: join(stack.home, 'objects'),
      csv: join(stack.folder, 'churn', 'data', 'telco_churn.csv'),
      stop: () => stack.remove(),
    };
  } catch (error) {
    await stack.remove();
    throw error;
  }
}
