export { editDistance, nearest } from './nearest.js';
export { hasHiddenCharacters, type ProseBlock, proseBlocks } from './prose.js';
export { quoted } from './quoted.js';
