// Runs every fuzzer: node build/test/fuzz/main.js [--cases 100000] [--seed 1]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const fuzzers = ['onnx', 'requests', 'grpc'];
let failed = 0;
for (const name of fuzzers) {
  console.log(`\n== ${name}`);
  const main = fileURLToPath(new URL(`./${name}/main.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
console.log(`\n${fuzzers.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
