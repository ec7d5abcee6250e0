#!/usr/bin/env node
// Makes a checkout ready for everything that runs in it, and does nothing else.
process.argv.splice(2, 0, 'setup');
await import('./run.mjs');
