import { quoted } from '../text/quoted.js';
import { folderOf, innerPath } from './inner-path.js';
import { type EnvironmentFile, type Read, read, refused } from './mlproject.js';

/** What a program of a project needs beside its own files. */
export interface ProgramEnvironment {
  readonly kind: EnvironmentFile['kind'];
  /** A version such as `3.11`, or bounds such as `>=3.10`; `null` for the installation's own. */
  readonly python: string | null;
  /** Lines of a requirements file that lies in `folder`. */
  readonly requirements: readonly string[];
  /** Of the environment file, relative to the project's folder. */
  readonly folder: string;
}

/** An environment file as it was read, of either kind. */
export interface DeclaredEnvironment {
  readonly python: string | null;
  /** Of `python_env.yaml`: what building takes, then what running takes. Of `conda.yaml`: the part `pip`. */
  readonly pip: readonly string[];
  /** Of `conda.yaml`: everything that is not for pip. */
  readonly conda: readonly string[];
}

const version = /^\d+(\.\d+){0,2}$/;
const bounds = /^[<>]=?\d+(\.\d+){0,2}(,[<>]=?\d+(\.\d+){0,2})*$/;
const mostRequirements = 1_000;
const fileOption = /^(?:-r|-c|-e|--requirement|--constraint|--editable)[\s=]*(.*)$/;

/** The environment that a file declares, made by pip's rules alone: packages that only conda has are refused. */
export function programEnvironment(declared: DeclaredEnvironment, file: EnvironmentFile): Read<ProgramEnvironment> {
  const path = innerPath(file.path);
  if (path === null)
    return refused(`MLproject names ${quoted(file.path)}, which lies outside of the project; copy it into it.`);
  const pythons = declared.conda.flatMap((line) => /^python(?![\w-])\s*(.*)$/.exec(line.trim())?.[1] ?? []);
  const others = declared.conda.filter((line) => !/^(python|pip)(?![\w-])/.test(line.trim()));
  if (others.length > 0) return refused(condaText(file, others));
  const python = pythonOf(declared.python ?? pythons[0] ?? null);
  if (python === undefined)
    return refused(
      `${file.path} asks for Python ${quoted(declared.python ?? pythons[0] ?? '')}; write a version such as 3.11.`,
    );
  if (declared.pip.length > mostRequirements)
    return refused(
      `${file.path} has more than ${mostRequirements} packages; put them into a requirements file and name it with -r.`,
    );
  const folder = folderOf(path);
  const problem = declared.pip.map((line) => lineProblem(line, { file, folder })).find((one) => one !== null);
  if (problem !== undefined) return refused(problem);
  return read({ kind: file.kind, python, requirements: declared.pip, folder });
}

function condaText({ path }: EnvironmentFile, packages: readonly string[]): string {
  const list = packages.slice(0, 5).map(quoted).join(', ');
  const more = packages.length > 5 ? ` and ${packages.length - 5} more` : '';
  return `${path} wants ${list}${more} from conda, which Laurel does not run; move them under pip, or write a python_env.yaml.`;
}

/** `undefined` for what is no version. */
function pythonOf(text: string | null): string | null | undefined {
  const plain = text?.replaceAll(/\s/g, '') ?? '';
  if (plain === '') return null;
  const exact = plain.replace(/^={1,2}/, '').replace(/\.\*$/, '');
  if (version.test(exact)) return exact;
  return bounds.test(plain) ? plain : undefined;
}

function lineProblem(
  line: string,
  { file, folder }: { readonly file: EnvironmentFile; readonly folder: string },
): string | null {
  if (/[\n\r\0]/.test(line))
    return `${file.path} has a package of several lines, ${quoted(line)}; write one line for each.`;
  const named = fileOption.exec(line.trim())?.[1];
  if (named === undefined || innerPath(named, folder) !== null) return null;
  return `${file.path} names ${quoted(named)}, which lies outside of the project; copy it into the project.`;
}
