import type { StageDurations, Stages } from '../plane/stages.js';
import { exposedDurations } from './exposition.js';

const helps: { readonly [stage in keyof StageDurations]: string } = {
  preprocess: 'Time from the whole request to the data plane',
  explain: 'Time of working on an explanation',
  postprocess: 'Time from the answer to its bytes',
};

/** The histograms of KServe's model servers but that of the data plane itself, which `requestMetrics` has. */
export function stageMetrics(measured: Pick<Stages, 'all'>): string {
  return (Object.keys(helps) as (keyof StageDurations)[])
    .map((stage) => {
      const series = [...measured.all()].map(([endpoint, of]) => ({
        labels: { model_name: endpoint },
        durations: of[stage],
      }));
      return exposedDurations(`request_${stage}_seconds`, helps[stage], series);
    })
    .join('');
}
