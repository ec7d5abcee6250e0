export { createAuditAnchors, createAuditWitness } from './audit-anchors.js';
export { type Keyring, openKeyring } from './keyring.js';
export { createKeys, type Keys, openKeys } from './keys.js';
export { createPackageReader, createPackages } from './packages.js';
export { openSeal } from './seal.js';
