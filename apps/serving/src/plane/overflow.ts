import { LaurelError } from '@laurel/contracts';
import type { Tensor } from '@laurel/domain';
import type { Batch } from '@laurel/ports';

/** No quantity that a model is trained on comes near; from its square root on, floats of 32 bits overflow when squared. */
const extreme = 1e18;

/**
 * Whose fault an invalid output is. A request that holds a finite number so large that a sound graph overflows on it is
 * told so, and the version is not blamed: else one caller could open the breaker for all.
 */
export function blame(failure: LaurelError, { tensors }: Batch): LaurelError {
  if (failure.code !== 'ModelOutputInvalid') return failure;
  for (const tensor of tensors) {
    const at = extremeAt(tensor);
    if (at < 0) continue;
    const message = `The input ${JSON.stringify(tensor.name)} holds ${String(tensor.data[at])} at ${at}, on which the model overflows; send values within ±1e18.`;
    return new LaurelError('InvalidInput', message, { cause: failure });
  }
  return failure;
}

function extremeAt({ datatype, data }: Tensor): number {
  if (datatype === 'BYTES') return -1;
  for (let index = 0; index < data.length; index++) {
    if (Math.abs(Number(data[index])) >= extreme) return index;
  }
  return -1;
}
