import { LaurelError } from '@laurel/contracts';
import { parseMlproject, parseProgramEnvironment, type RunProjectBody } from '@laurel/contracts/schemas';
import {
  type EnvironmentFile,
  type Mlproject,
  type ProjectPlan,
  planProject,
  projectLabel,
  type Read,
  usualEnvironmentFiles,
} from '@laurel/domain';

/** The plan of a run and the label of its project. Error: `InvalidInput`, one sentence. */
export function planOf(body: RunProjectBody): { readonly project: string; readonly plan: ProjectPlan } {
  const project = body.file === null ? unnamed : demand(parseMlproject(body.file));
  const environment = environmentOf(project, body.environment);
  const { entry, parameters, folder } = body;
  return {
    project: projectLabel(project.name, folder),
    plan: demand(planProject(project, { entry, parameters, environment })),
  };
}

/** A folder without an MLproject file: its scripts can be run. */
const unnamed: Mlproject = { name: null, entryPoints: [], environmentFile: null };

function environmentOf({ environmentFile }: Mlproject, given: RunProjectBody['environment']) {
  if (environmentFile !== null && given?.path !== environmentFile.path) {
    throw new LaurelError(
      'InvalidInput',
      `MLproject names ${environmentFile.path}, which was not sent; send its text.`,
    );
  }
  if (given === null) return null;
  const file: EnvironmentFile | undefined =
    environmentFile ?? usualEnvironmentFiles.find(({ path }) => path === given.path);
  if (file === undefined) {
    const usual = usualEnvironmentFiles.map(({ path }) => path).join(' nor ');
    throw new LaurelError('InvalidInput', `MLproject does not name ${given.path}, and it is neither ${usual}.`);
  }
  return demand(parseProgramEnvironment(given.text, file));
}

function demand<Value>(read: Read<Value>): Value {
  if (read.ok) return read.value;
  throw new LaurelError('InvalidInput', read.problem);
}
