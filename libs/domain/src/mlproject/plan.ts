import { entryCommand } from './entry-command.js';
import { entryValues, type ParameterValues } from './entry-values.js';
import type { ProgramEnvironment } from './environment.js';
import { findEntry } from './find-entry.js';
import { type Mlproject, type Read, read } from './mlproject.js';

/** A run of a project, decided: nothing of it depends on the machine that runs it. */
export interface ProjectPlan {
  readonly entry: string;
  /** Given values and defaults, as they are logged. */
  readonly parameters: ParameterValues;
  /** For bash, in the project's folder. */
  readonly command: string;
  /** `null`: the installation's own Python. */
  readonly environment: ProgramEnvironment | null;
}

/** Plans a run of one entry point. */
export function planProject(
  project: Mlproject,
  asked: {
    readonly entry: string;
    readonly parameters: ParameterValues;
    readonly environment: ProgramEnvironment | null;
  },
): Read<ProjectPlan> {
  const entry = findEntry(project, asked.entry);
  if (!entry.ok) return entry;
  const values = entryValues(entry.value, asked.parameters);
  if (!values.ok) return values;
  const command = entryCommand(entry.value, values.value);
  if (!command.ok) return command;
  const { declared, extra } = values.value;
  return read({
    entry: asked.entry,
    parameters: { ...declared, ...extra },
    command: command.value,
    environment: asked.environment,
  });
}

/**
 * What a job runs for a plan: a program of the trainer package, which makes the environment and then runs the command in the
 * project's folder.
 */
export function projectProgram({
  command,
  environment,
}: Pick<ProjectPlan, 'command' | 'environment'>): readonly string[] {
  return ['python', '-m', 'laurel_trainer.mlproject', JSON.stringify({ command, environment })];
}

/** A project's name as runs and jobs carry it: a DNS label made of the file's name, else of the folder's. */
export function projectLabel(name: string | null, folder: string): string {
  return label(name ?? '') || label(folder.split('/').findLast((part) => part !== '') ?? '') || 'project';
}

function label(text: string): string {
  const plain = text.slice(0, 300).normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '');
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+/g, '')
    .slice(0, 63)
    .replaceAll(/-+$/g, '');
}
