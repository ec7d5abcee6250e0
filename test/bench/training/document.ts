import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reportMarkdown, type TrainingReport } from './report.js';

const file = join(process.cwd(), 'docs', 'reference', 'benches-training.md');

const preamble = `# Bench of training

\`\`\`
npm run bench:training
npm run bench:training -- --rounds 9 --json training.json --write
\`\`\`

Measures what Laurel's care for a trainer costs, on a stack of its own with the local launcher, and prints the tables below;
\`--write\` puts them here. Medians of at least five; the program ends with 1 when the limit of the first table is missed.

- **What Laurel adds**: the shipped XGBoost example on its data, 400 rounds with a pause of 40 ms after each, a checkpoint
  every 50. Alone, its process gets the environment, the rows and the threads that Laurel gives it, and writes the same
  files. In each round both run one after the other. The job is Laurel's step \`train\`: laying the rows out, starting and
  watching the process, recording its progress, storing its result. The whole run has also snapshot, validation, split,
  packaging and evaluation; most of that is skipped where nothing changed, and here all from the step \`train\` on is done.
- **From a preemption to the next step**: one interruption in the middle of a run, from the signal to the next step that the
  trainer has done. Most of it is the trainer's own start: Python, its imports, its data.
- **What checkpoints cost**: one commit writes and flushes a shard for each rank, their digests, a manifest and \`LATEST\`. Its
  share is of the time from the first step to the last, without any pause.
`;

/** Writes the page of the documentation that holds the last run. */
export async function writeDocument(report: TrainingReport): Promise<string> {
  await writeFile(file, `${preamble}\n## Measured\n\n${reportMarkdown(report)}\n`);
  return file;
}
