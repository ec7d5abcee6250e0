import { copyFile, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { parseProject } from '@laurel/contracts/schemas';
import { isName } from '@laurel/domain';
import type { TableEngine } from '@laurel/ports';
import { type Inspection, inspectCsv } from './inspect-csv.js';
import { projectText } from './project-text.js';
import { usualGate, usualSplit } from './usual-gates.js';

export interface InitProject {
  readonly name: string;
  /** The CSV file. */
  readonly fromCsv: string;
  readonly target: string;
  /** Where the folder `name` is made. */
  readonly folder: string;
  /** Folder with `train.py`. */
  readonly templates: string;
  readonly engine: TableEngine;
  /** Write into a folder that already has files. */
  readonly force?: boolean;
}

/**
 * Makes a project that trains as it is: project file, trainer, and a copy of the data. Gives the files written and
 * what was decided, one sentence each. Nothing is written before the data has been understood.
 * Errors: `InvalidInput`, `Conflict` (the folder has files), those of `inspectCsv`.
 */
export async function initProject(
  input: InitProject,
): Promise<{ readonly files: readonly string[]; readonly decisions: readonly string[] }> {
  const { name, fromCsv, target, engine } = input;
  if (!isName(name)) {
    throw new LaurelError(
      'InvalidInput',
      `"${name}" cannot name a project; use 1 to 63 lower-case letters, digits or inner hyphens, for example churn.`,
    );
  }
  const project = join(input.folder, name);
  await mustBeFree(project, input.force ?? false);
  const inspection = await inspectCsv({ file: fromCsv, target, engine });
  const data = join(project, 'data', basename(fromCsv));
  const text = projectText({ name, uri: `data/${basename(fromCsv)}`, inspection });
  mustParse(text);

  await mkdir(join(project, 'data'), { recursive: true });
  await copyData(fromCsv, data);
  await copyFile(join(input.templates, 'train.py'), join(project, 'train.py'));
  await writeFile(join(project, 'laurel.yaml'), text);
  return {
    files: [join(project, 'laurel.yaml'), join(project, 'train.py'), data],
    decisions: [...inspection.decisions, ...planSentences(inspection)],
  };
}

async function mustBeFree(folder: string, force: boolean): Promise<void> {
  const present = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new LaurelError('Conflict', `${folder} exists and is no folder; choose another name.`, { cause: error });
  });
  if (present.length > 0 && !force) {
    throw new LaurelError('Conflict', `${folder} already has files; choose another name, or overwrite with --force.`);
  }
}

async function copyData(from: string, to: string): Promise<void> {
  const same = (await realpath(from)) === (await realpath(to).catch(() => undefined));
  if (!same) await copyFile(from, to);
}

/** A file that Laurel wrote and does not accept is a bug. */
function mustParse(text: string): void {
  const parsed = parseProject(text, { file: 'laurel.yaml' });
  if (parsed.ok) return;
  throw new LaurelError('Internal', parsed.problems.map(({ message }) => message).join(' '));
}

function planSentences(inspection: Inspection): readonly string[] {
  const gate = usualGate(inspection);
  const { holdout, validation } = usualSplit(inspection.labelled);
  const { sensitive } = inspection;
  return [
    `${inspection.features.length} columns are features.`,
    `${holdout} % of the rows are kept for evaluation and ${validation} % for validation.`,
    `A version passes with ${gate.metric} of at least ${gate.min} on the holdout (${gate.because}).`,
    ...(sensitive.length === 0
      ? []
      : [`Fairness is not measured yet; if it matters, list ${sensitive.join(', ')} under spec.data.sensitive.`]),
  ];
}
