export { createDirectoryStore } from './directory-store.js';
export { openObjectStore } from './open-object-store.js';
export { openShare } from './open-share.js';
export { createS3Store, type S3StoreOptions } from './s3-store.js';
export { createShareSources, guardedShares, type ShareSettings } from './sources.js';
