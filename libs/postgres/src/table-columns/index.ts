import type { Tables } from '../tables.js';
import { accessColumns } from './access.js';
import { artifactsColumns } from './artifacts.js';
import type { ColumnsOf } from './columns-of.js';
import { evidenceAndAuditColumns } from './evidence-and-audit.js';
import { loggedModelsColumns } from './logged-models.js';
import { modelRegistryColumns } from './model-registry.js';
import { projectsAndRunsColumns } from './projects-and-runs.js';
import { registryColumns } from './registry.js';
import { releaseNotesColumns } from './release-notes.js';
import { routingColumns } from './routing.js';
import { runCircumstancesColumns } from './run-circumstances.js';
import { servingColumns } from './serving.js';
import { sweepsColumns } from './sweeps.js';
import { trackingColumns } from './tracking.js';
import { trainingColumns } from './training.js';
import { webhooksColumns } from './webhooks.js';

export type TableColumns = ColumnsOf<keyof Tables>;

/** SQL types of every column of every table; a test compares them with the database. */
export const tableColumns: TableColumns = {
  ...accessColumns,
  ...artifactsColumns,
  ...evidenceAndAuditColumns,
  ...loggedModelsColumns,
  ...modelRegistryColumns,
  ...projectsAndRunsColumns,
  ...registryColumns,
  ...releaseNotesColumns,
  ...routingColumns,
  ...runCircumstancesColumns,
  ...servingColumns,
  ...sweepsColumns,
  ...trackingColumns,
  ...trainingColumns,
  ...webhooksColumns,
};
