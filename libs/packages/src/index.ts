export { createAuditAnchors, createAuditWitness } from './audit-anchors.js';
export { verifyFolder } from './folder.js';
export { type Keyring, listKeys, openKeyring, type TrustedKey } from './keyring.js';
export { createKeys, type Keys, openKeys } from './keys.js';
export { createPackageReader, createPackages } from './packages.js';
export { type KeyRotation, rotateKeys } from './rotate-keys.js';
export { openSeal } from './seal.js';
