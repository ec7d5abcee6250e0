import type { Duration, ModelStatistic } from '../../plane/statistics.js';
import { type MessageWriter, serialise } from '../protobuf/message-writer.js';

/** Serialises `ModelStatisticsResponse`. */
export function writeStatistics(statistics: readonly ModelStatistic[]): Buffer {
  return serialise((writer) => {
    for (const statistic of statistics.toReversed()) writer.message(1, () => writeStatistic(writer, statistic));
  });
}

function writeStatistic(writer: MessageWriter, statistic: ModelStatistic): void {
  const { inference_stats: stats, batch_stats: batches } = statistic;
  for (const batch of batches.toReversed()) {
    writer.message(7, () => {
      writeDuration(writer, 4, batch.compute_output);
      writeDuration(writer, 3, batch.compute_infer);
      writeDuration(writer, 2, batch.compute_input);
      writer.integer(1, batch.batch_size);
    });
  }
  writer.message(6, () => {
    writeDuration(writer, 8, stats.cache_miss);
    writeDuration(writer, 7, stats.cache_hit);
    writeDuration(writer, 6, stats.compute_output);
    writeDuration(writer, 5, stats.compute_infer);
    writeDuration(writer, 4, stats.compute_input);
    writeDuration(writer, 3, stats.queue);
    writeDuration(writer, 2, stats.fail);
    writeDuration(writer, 1, stats.success);
  });
  writer.integer(5, statistic.execution_count);
  writer.integer(4, statistic.inference_count);
  writer.integer(3, statistic.last_inference);
  writer.text(2, statistic.version);
  writer.text(1, statistic.name);
}

function writeDuration(writer: MessageWriter, field: number, { count, ns }: Duration): void {
  writer.message(field, () => {
    writer.integer(2, ns);
    writer.integer(1, count);
  });
}
