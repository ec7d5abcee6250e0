export { type DirectoryEntry, directoryObject, parseDirectoryObject } from './directory-object.js';
export { type ExportedOutput, exportToDvc } from './export.js';
export { outputsOfLock } from './lock-file.js';
export { objectKey } from './md5.js';
export { parsePointer, pointerText, type TrackedOutput } from './pointer.js';
export { type PulledOutput, pullTracked } from './pull.js';
export { type JsonValue, pythonJson } from './python-json.js';
export { createDvcSource, type NamedRemote } from './source.js';
