import type { Meter } from '@laurel/telemetry';
import { exposedDurations } from './exposition.js';
import type { Stages } from './plane/stages.js';

const stages = [
  ['preprocess', 'Time from the whole request to the data plane'],
  ['predict', 'Time in the data plane'],
  ['explain', 'Time of working on an explanation'],
  ['postprocess', 'Time from the answer to its bytes'],
] as const;

/** Registers the histograms that KServe's model servers have. */
export function exposeStages(meter: Pick<Meter, 'source'>, measured: Pick<Stages, 'all'>): void {
  meter.source(() =>
    stages
      .map(([stage, help]) => {
        const series = [...measured.all()].map(([endpoint, of]) => ({
          labels: { model_name: endpoint },
          durations: of[stage],
        }));
        return exposedDurations(`request_${stage}_seconds`, help, series);
      })
      .join(''),
  );
}
