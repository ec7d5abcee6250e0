import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportMarkdown, type ServingReport } from './report.js';

const file = join(process.cwd(), 'docs', 'reference', 'benches-serving.md');

const preamble = `# Bench of serving

\`\`\`
npm run bench:serving
npm run bench:serving -- --quick
npm run bench:serving -- --only empty,bare,laurel --scenarios single-json --rounds 9 --seconds 10
npm run bench:serving -- --json serving.json --write
\`\`\`

Measures servers that put the same two models behind HTTP or gRPC, on one machine in one run, and prints the tables below;
\`--write\` puts them here. Each server has one core and one process of one thread; the load generator and Postgres have
another core. Only the server whose turn it is may use its core: the others are stopped meanwhile. In every round, scenario
by scenario, all take their turns in an order that is drawn, each after a warm-up. A ratio is formed within a round; of
rates, times and ratios the median over the rounds is told, with the smallest and the largest. Nothing is asserted.

- **churn**: 300 boosted trees over 19 numbers, trained on the data of \`examples/churn\`. **MLP**: 64-512-512-10.
- Before anything is measured, every server answers the same rows, and its numbers are compared with those of onnxruntime
  in one process (tolerance 1e-5). Who differs is named and not measured.
- All HTTP servers get the same requests: the Open Inference Protocol's JSON, or its binary tensors. 64 different bodies of
  one row and four of 256 rows take turns. \`empty\` reads them and answers a constant: the ceiling of node:http.
- Laurel is \`apps/serving\` as operated: Postgres that waits for the disk, signed packages, and on each endpoint a rollout in
  progress, so that every request is split by sticky key, counted, watched and logged.
- Load with many connections comes from wrk (over gRPC from a client on grpc-js): each connection waits for its answer
  before it sends the next request. At a constant rate, half of what \`bare\` manages, requests are sent whatever the server
  does, and times count from when a request should have been sent.
- mosec lets waiting requests share a run of the model and appears a second time without that, because the other Python
  servers run each request by itself.
- The Python servers are installed with uv from the pins in \`test/bench/serving/python/requirements\`, once, into Laurel's
  cache. Without Python, uv or a network they are left out, and without wrk (\`apt-get install wrk\`) its scenarios are; both
  are said.
`;

/** Writes the page of the documentation that holds the last run. */
export async function writeDocument(report: ServingReport): Promise<string> {
  await writeFile(file, `${preamble}\n## Measured\n\n${reportMarkdown(report)}\n`);
  return file;
}
