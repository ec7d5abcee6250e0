import {
  type CardBlock,
  type CardMetadata,
  type CardSection,
  fields,
  type ModelCard,
  missing,
  note,
  prose,
  table,
} from './card.js';
import { numberText } from './card-text.js';
import type { RegisteredFacts } from './registered-facts.js';

/** Tags by which clients say where a run's code is (`mlflow.source.git.commit`, …). */
const codeTag = 'mlflow.source.';

/**
 * The card of a version that a client registered: the sections of `modelCard` as far as its client's records fill them.
 * What Laurel measures of its own trainings, it has not measured here, and the card says so.
 */
export function registeredCard(facts: RegisteredFacts): ModelCard {
  const { model, version } = facts;
  return {
    title: `Model Card for ${model.name} ${version.semver ?? version.version}`,
    subtitle: `Version ${version.version} of the model ${model.name}, which a client of MLflow registered; written by Laurel from its records.`,
    metadata: metadataOf(facts),
    sections: [
      detailsSection(facts),
      section('intended-use', 'Intended Use', [unwritten(facts, 'what the model is for, and what it is not for')]),
      section('training-data', 'Training Data', dataBlocks(facts)),
      trainingSection(facts),
      section('quantitative-analyses', 'Quantitative Analyses', resultBlocks(facts)),
      section('ethical-considerations', 'Ethical Considerations', [unwritten(facts, 'whom it may harm')]),
      section('limitations', 'Bias, Risks, and Limitations', [unwritten(facts, 'where it is known to be weak')]),
      section('lineage', 'Lineage', [lineageOf(facts)]),
      section('package', 'Content', contentBlocks(facts)),
    ],
  };
}

function section(id: string, title: string, blocks: readonly CardBlock[]): CardSection {
  return { id, title, blocks };
}

/** Its task is not known, so that catalogues get no results. */
function metadataOf({ model, version, run }: RegisteredFacts): CardMetadata {
  const metrics = (run?.metrics ?? []).filter(({ value }) => Number.isFinite(value));
  return {
    model: model.name,
    version: version.version,
    semver: version.semver ?? String(version.version),
    licence: null,
    task: null,
    dataset: run?.datasets[0]?.dataset.name ?? null,
    metrics: metrics.map(({ key: name, value }) => ({ name, value })),
  };
}

function detailsSection({ model, version }: RegisteredFacts): CardSection {
  const texts = [version.description, model.description].filter((text) => text !== null && text.trim() !== '');
  const tags = [...model.tags, ...version.tags].map(({ key, value }) => [key, value]);
  return section('model-details', 'Model Details', [
    ...texts.map((text) => prose(text ?? '')),
    fields([
      ['Model', model.name],
      ['Version', version.semver === null ? String(version.version) : `${version.version} (${version.semver})`],
      ['Registered by', version.userId ?? 'not recorded'],
      ['Registered', version.createdAt],
      ['Status', version.statusMessage === null ? version.status : `${version.status}: ${version.statusMessage}`],
      ['Stage', version.stage],
      ['Aliases', version.aliases.join(', ') || 'none'],
    ]),
    ...(tags.length === 0 ? [] : table({ caption: 'Tags', head: ['tag', 'value'], rows: tags })),
  ]);
}

function unwritten({ model, version }: RegisteredFacts, what: string): CardBlock {
  return missing(
    `Nobody has written ${what}: put it into the description of version ${version.version} with update_model_version, or make ${model.name} a project, whose spec.card has a key for it.`,
  );
}

function dataBlocks({ run }: RegisteredFacts): readonly CardBlock[] {
  const rows = (run?.datasets ?? []).map(({ dataset: { name, digest, sourceType } }) => [name, digest, sourceType]);
  if (rows.length === 0) return [missing('The run names no data; log it with mlflow.log_input.')];
  return table({
    caption: 'Inputs of the run, as its client describes them',
    head: ['data', 'digest', 'source'],
    rows,
  });
}

function trainingSection({ version, run }: RegisteredFacts): CardSection {
  if (run === null) {
    const gone = version.runId === null ? 'The version names no run.' : `Run ${version.runId} is not here.`;
    return section('training-procedure', 'Training Procedure', [missing(`${gone} Nothing is known of its training.`)]);
  }
  const { runId, name, userId, status } = run.info;
  const code = run.tags.filter(({ key }) => key.startsWith(codeTag)).map(({ key, value }) => [key, value]);
  const parameters = run.params.map(({ key, value }) => [key, value]);
  const none = [missing('The run logged no parameters; log them with mlflow.log_param.')];
  return {
    id: 'training-procedure',
    title: 'Training Procedure',
    blocks: [
      fields([
        ['Run', runId],
        ['Name', name],
        ['Logged by', userId],
        ['Status', status],
      ]),
    ],
    sections: [
      section(
        'training-hyperparameters',
        'Training Hyperparameters',
        parameters.length === 0
          ? none
          : table({ caption: 'Parameters', head: ['parameter', 'value'], rows: parameters }),
      ),
      section(
        'code',
        'Code',
        code.length === 0
          ? [missing('The client said nothing of its code.')]
          : table({ caption: 'As the client said', head: ['tag', 'value'], rows: code }),
      ),
    ],
  };
}

function resultBlocks({ run }: RegisteredFacts): readonly CardBlock[] {
  const rows = (run?.metrics ?? []).map(({ key, value, step }) => [
    key,
    Number.isFinite(value) ? numberText(value) : String(value),
    String(step),
  ]);
  if (rows.length === 0) return [missing('The run logged no metrics; log them with mlflow.log_metric.')];
  return [
    note(
      'Numbers that the client logged. Laurel has not measured them: they have no intervals, slices or calibration.',
    ),
    ...table({ caption: 'Newest values', head: ['metric', 'value', 'step'], rows }),
  ];
}

function lineageOf({ version }: RegisteredFacts): CardBlock {
  return fields([
    ['Source', version.source],
    ['Run', version.runId ?? 'none was named'],
  ]);
}

function contentBlocks({ version: { digest, status, statusMessage } }: RegisteredFacts): readonly CardBlock[] {
  if (digest !== null) return [fields([['Digest of the content', digest]])];
  const why =
    status === 'failed'
      ? `The checks refused it: ${statusMessage ?? 'no reason was kept'}.`
      : 'The checks have not ended.';
  return [missing(`${why} No content is pinned.`)];
}
