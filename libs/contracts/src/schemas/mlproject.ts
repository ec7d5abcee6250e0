import {
  type DeclaredEnvironment,
  type EnvironmentFile,
  type Mlproject,
  type ProgramEnvironment,
  programEnvironment,
  type Read,
} from '@laurel/domain';
import { z } from 'zod';
import { readPlainYaml } from './plain-yaml.js';

const text = z.string().max(100_000);

/** `alpha: float`, or `alpha: {type: float, default: 0.5}`. */
const parameter = z.union([
  text.transform((type) => ({ type, default: null })),
  z.looseObject({ type: text.nullish(), default: text.nullish() }).transform((given) => ({
    type: given.type ?? 'string',
    default: given.default ?? null,
  })),
]);

const entryPoint = z.looseObject({
  command: text,
  parameters: z.record(z.string(), parameter).nullish(),
});

const mlprojectShape = z.looseObject({
  name: text.nullish(),
  entry_points: z.record(z.string(), entryPoint).nullish(),
  python_env: text.nullish(),
  conda_env: text.nullish(),
  docker_env: z.unknown().optional(),
});

const pythonShape = z.looseObject({
  python: text.nullish(),
  build_dependencies: z.array(text).nullish(),
  dependencies: z.array(text).nullish(),
});

const condaShape = z.looseObject({
  dependencies: z.array(z.union([text, z.looseObject({ pip: z.array(text) })])).nullish(),
});

/** Reads the text of an MLproject file; `problem` is a sentence. Only what it says is checked, not what it names. */
export function parseMlproject(content: string): Read<Mlproject> {
  const found = shaped(content, mlprojectShape, 'MLproject');
  if (!found.ok) return found;
  const { name, entry_points, python_env, conda_env, docker_env } = found.value;
  if (docker_env !== undefined && docker_env !== null) {
    return refused('MLproject names a docker_env, and Laurel does not build images; name a python_env in its place.');
  }
  if (python_env != null && conda_env != null) {
    return refused('MLproject names a python_env and a conda_env; keep the one that the program needs.');
  }
  const entryPoints = Object.entries(entry_points ?? {}).map(([entry, { command, parameters }]) => ({
    name: entry,
    command,
    parameters: Object.entries(parameters ?? {}).map(([key, declared]) => ({ name: key, ...declared })),
  }));
  return { ok: true, value: { name: name ?? null, entryPoints, environmentFile: fileOf(python_env, conda_env) } };
}

function fileOf(python: string | null | undefined, conda: string | null | undefined): EnvironmentFile | null {
  if (python != null) return { kind: 'python', path: python };
  return conda == null ? null : { kind: 'conda', path: conda };
}

/** Reads the text of an environment file of a project; `problem` is a sentence. */
export function parseProgramEnvironment(content: string, file: EnvironmentFile): Read<ProgramEnvironment> {
  const declared = file.kind === 'python' ? readPython(content, file.path) : readConda(content, file.path);
  return declared.ok ? programEnvironment(declared.value, file) : declared;
}

function readPython(content: string, path: string): Read<DeclaredEnvironment> {
  const found = shaped(content, pythonShape, path);
  if (!found.ok) return found;
  const { python = null, build_dependencies, dependencies } = found.value;
  return { ok: true, value: { python, pip: [...(build_dependencies ?? []), ...(dependencies ?? [])], conda: [] } };
}

function readConda(content: string, path: string): Read<DeclaredEnvironment> {
  const found = shaped(content, condaShape, path);
  if (!found.ok) return found;
  const dependencies = found.value.dependencies ?? [];
  return {
    ok: true,
    value: {
      python: null,
      pip: dependencies.flatMap((one) => (typeof one === 'string' ? [] : one.pip)),
      conda: dependencies.filter((one) => typeof one === 'string'),
    },
  };
}

/** YAML of a shape. An empty file is one without any keys. */
function shaped<Shape extends z.ZodType>(content: string, shape: Shape, file: string): Read<z.output<Shape>> {
  const read = readPlainYaml(content, { numbers: 'text' });
  if (!read.ok) return refused(`${file} ${read.problem}.`);
  const parsed = shape.safeParse(read.value ?? {});
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue?.path.join('.') || 'its content';
  return refused(`${file} cannot be read: ${place.slice(0, 200)} has another form than MLflow documents.`);
}

function refused(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
