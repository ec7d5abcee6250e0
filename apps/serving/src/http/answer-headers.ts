import type { PredictAnswer } from '../predictions.js';

/** Header names and values that tell, whatever the protocol, who answered. */
export function answerHeaders(answer: PredictAnswer): string[] {
  return [
    'x-laurel-version',
    String(answer.version.version),
    'x-laurel-digest',
    answer.version.digest,
    'x-laurel-prediction-id',
    answer.ids.at(0),
    'x-laurel-arm',
    answer.arm,
    'x-laurel-fallback',
    answer.fallback ? 'true' : 'false',
    'x-laurel-epoch',
    String(answer.epoch),
  ];
}

/** The request header that keeps a caller with one arm. */
export const stickyKeyHeader = 'x-laurel-sticky-key';
