export { type LockHolder, openLockHolder, withAdvisoryLock } from './advisory-locks.js';
export { type Database, type DatabaseLog, type DatabaseOptions, openDatabase, ping } from './connect.js';
export { migrate } from './migrate.js';
export { createRepositories, type Repositories } from './repositories.js';
export { createSplitTableRouter } from './routing/split-table-router.js';
export { createQuerySource, type SourceConnections } from './sources/query-source.js';
export { type TableColumns, tableColumns } from './table-columns/index.js';
