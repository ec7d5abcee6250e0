import type { CardMetadata, ModelCard } from './card.js';
import type { CardFacts } from './card-facts.js';
import { evaluationDataSection, trainingDataSection } from './data-sections.js';
import { detailsSection, factorsSection, metricsSection } from './details-sections.js';
import { approvalSection, gateSection, rolloutSection } from './governance-sections.js';
import { lineageSection, notesSection, packageSection } from './record-sections.js';
import { quantitativeSection } from './result-sections.js';
import { trainingSection } from './training-sections.js';
import { contactSection, ethicsSection, limitsSection, usesSection } from './written-sections.js';

/**
 * The card of a version, in the order of "Model Cards for Model Reporting" (Mitchell and others 2019), with the names of
 * Hugging Face's template where both speak of the same, and what Laurel knows beside: gates, rollouts, approvals, package.
 */
export function modelCard(facts: CardFacts): ModelCard {
  const { project, semver, version } = facts.version;
  return {
    title: `Model Card for ${project} ${semver}`,
    subtitle: `Version ${version} of the model ${project}, written by Laurel from its records.`,
    metadata: metadataOf(facts),
    sections: [
      detailsSection(facts),
      usesSection(facts),
      factorsSection(facts),
      metricsSection(facts),
      evaluationDataSection(facts),
      trainingDataSection(facts),
      trainingSection(facts),
      quantitativeSection(facts),
      ethicsSection(facts),
      limitsSection(facts),
      gateSection(facts),
      rolloutSection(facts),
      approvalSection(facts),
      lineageSection(facts),
      packageSection(facts),
      notesSection(facts),
      contactSection(facts),
    ],
  };
}

function metadataOf({ version, project }: CardFacts): CardMetadata {
  return {
    model: version.project,
    version: version.version,
    semver: version.semver,
    licence: project?.project.spec.card?.licence ?? null,
    task: version.signature.task === 'regression' ? 'tabular-regression' : 'tabular-classification',
    dataset: version.lineage.dataset.name,
    metrics: Object.entries(version.metrics).map(([name, { value }]) => ({ name, value })),
  };
}
