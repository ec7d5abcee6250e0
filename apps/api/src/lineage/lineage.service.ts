import { LaurelError } from '@laurel/contracts';
import type { LineageStore, LineageSubject, PredictionOrigin } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import type { PredictionArchive } from '../ports.js';
import { tokens } from '../tokens.js';

/** Trainings listed for one dataset. */
const mostItems = 50;

/** Where predictions, versions, runs and datasets come from. */
@Injectable()
export class LineageService {
  constructor(
    @Inject(tokens.lineage) private readonly store: LineageStore,
    @Inject(tokens.predictionArchive) private readonly archive: PredictionArchive,
  ) {}

  /** Error: `NotFound`. */
  async trace(subject: LineageSubject) {
    if (subject.kind !== 'prediction') return { prediction: null, items: await this.items(subject, subject) };
    const prediction = await this.prediction(subject.id);
    return { prediction, items: await this.items({ kind: 'package', digest: prediction.digest }, subject) };
  }

  private async items(traced: Parameters<LineageStore['trace']>[0], subject: LineageSubject) {
    const items = await this.store.trace(traced, mostItems);
    return found(items.length === 0 ? undefined : items, describe(subject), nextFor(subject));
  }

  private async prediction(id: string): Promise<PredictionOrigin> {
    const prediction = (await this.store.findPrediction(id)) ?? (await this.archive.find(id));
    if (prediction !== undefined) return prediction;
    throw new LaurelError(
      'NotFound',
      `No prediction ${id} is on record; it may not be stored yet (ask again in a minute), not be in the sample, or be older than the log is kept.`,
    );
  }
}

function nextFor(subject: LineageSubject): string {
  if (subject.kind === 'run') return listThem.runs;
  if (subject.kind === 'dataset') return listThem.datasets;
  return subject.kind === 'version' ? listThem.versions(subject.project) : listThem.models;
}

function describe(subject: LineageSubject): string {
  if (subject.kind === 'prediction') return `version behind prediction ${subject.id}`;
  if (subject.kind === 'package') return `version of package ${subject.digest}`;
  if (subject.kind === 'run') return `run ${subject.runId}`;
  if (subject.kind === 'version') return `version ${subject.version} of model "${subject.project}"`;
  return `training on version ${subject.version} of dataset "${subject.dataset}"`;
}
