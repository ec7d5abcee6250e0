export { type DeclaredEnvironment, type ProgramEnvironment, programEnvironment } from './environment.js';
export { innerPath } from './inner-path.js';
export {
  type EntryPoint,
  type EnvironmentFile,
  type Mlproject,
  type Read,
  usualEnvironmentFiles,
} from './mlproject.js';
export { type ProjectPlan, planProject, projectLabel, projectProgram } from './plan.js';
export type { ProjectRun } from './project-run.js';
