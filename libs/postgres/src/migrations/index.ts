import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { projectsAndRuns } from './0001-projects-and-runs.js';
import { registry } from './0002-registry.js';
import { routing } from './0003-routing.js';
import { evidenceAndAudit } from './0004-evidence-and-audit.js';
import { access } from './0005-access.js';
import { serving } from './0006-serving.js';
import { servingPolicy } from './0007-serving-policy.js';
import { attemptsAndMetrics } from './0008-attempts-and-metrics.js';
import { sweeps } from './0009-sweeps.js';
import { runCircumstances } from './0010-run-circumstances.js';
import { tracking } from './0011-tracking.js';
import { loggedModels } from './0012-logged-models.js';
import { modelRegistry } from './0013-model-registry.js';
import { artifacts } from './0014-artifacts.js';
import { datasetContent } from './0015-dataset-content.js';
import { auditCheckpoints } from './0016-audit-checkpoints.js';
import { approvalDecisions } from './0017-approval-decisions.js';
import { webhooks } from './0018-webhooks.js';
import { cards } from './0020-cards.js';
import { webhookRedelivery } from './0027-webhook-redelivery.js';

/** All migrations by name, in order. A released one never changes; a change is a new one. */
export const migrations: { readonly [name: string]: Migration } = {
  '0001-projects-and-runs': statements(projectsAndRuns),
  '0002-registry': statements(registry),
  '0003-routing': statements(routing),
  '0004-evidence-and-audit': statements(evidenceAndAudit),
  '0005-access': statements(access),
  '0006-serving': statements(serving),
  '0007-serving-policy': statements(servingPolicy),
  '0008-attempts-and-metrics': statements(attemptsAndMetrics),
  '0009-sweeps': statements(sweeps),
  '0010-run-circumstances': statements(runCircumstances),
  '0011-tracking': statements(tracking),
  '0012-logged-models': statements(loggedModels),
  '0013-model-registry': statements(modelRegistry),
  '0014-artifacts': statements(artifacts),
  '0015-dataset-content': statements(datasetContent),
  '0016-audit-checkpoints': statements(auditCheckpoints),
  '0017-approval-decisions': statements(approvalDecisions),
  '0018-webhooks': statements(webhooks),
  '0020-cards': statements(cards),
  '0027-webhook-redelivery': statements(webhookRedelivery),
};

function statements(text: string): Migration {
  return {
    up: async (db) => {
      await sql.raw(text).execute(db);
    },
  };
}
