import type { ModelRegistry } from '@laurel/ports';
import type { Connection } from '../transact.js';
import { modelCalls } from './models.js';
import { placingCalls } from './placing.js';
import { searchCalls } from './search.js';
import { versionCalls } from './versions.js';

export function createModelRegistry(db: Connection): ModelRegistry {
  return { ...modelCalls(db), ...versionCalls(db), ...placingCalls(db), ...searchCalls(db) };
}
