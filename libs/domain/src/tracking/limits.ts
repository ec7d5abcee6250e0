/** Largest things a client of MLflow may log; `mlflow/utils/validation.py` of 3.17. */
export const trackingLimits = {
  metricsPerBatch: 1_000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entitiesPerBatch: 1_000,
  /** Characters. */
  key: 250,
  paramValue: 6_000,
  tagValue: 8_000,
  experimentName: 500,
  experimentTagValue: 20_000,
  datasetName: 500,
  datasetDigest: 36,
  datasetSource: 65_535,
  datasetSchema: 1_048_575,
  datasetProfile: 16_777_215,
  inputTagKey: 255,
  inputTagValue: 500,
  /** Items of a page, at most. */
  runsPerPage: 50_000,
  experimentsPerPage: 50_000,
  metricsPerRunInBulk: 2_500,
  runsInBulk: 100,
  experimentsOfDatasets: 20,
} as const;

/** Characters of a text as MLflow counts them, up to one more than `limit`: surrogate pairs are one. */
export function isLongerThan(text: string, limit: number): boolean {
  return text.length > limit && Array.from(text).length > limit;
}

/** The first characters of a text that is too long: MLflow's server shortens values instead of refusing them. */
export function shortened(text: string, limit: number): string {
  return isLongerThan(text, limit) ? Array.from(text).slice(0, limit).join('') : text;
}
