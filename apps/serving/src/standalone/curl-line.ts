import type { Tensor } from '@laurel/domain';
import { jsonOf } from '../oip/infer-response.js';

/** Longer data is made by the shell instead of being written out. */
const maximumText = 1_000;

/** A line for a POSIX shell that asks a model for `tensors`, which are all zeros, all ones or all empty texts. */
export function curlLine(url: string, tensors: readonly Tensor[]): string {
  const json = "-H 'content-type: application/json'";
  const parts = tensors.map((tensor) => ({ head: headOf(tensor), data: jsonOf(tensor), tensor }));
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  if (length <= maximumText) {
    const body = `{"inputs":[${parts.map(({ head, data }) => `${head}${data}}`).join(',')}]}`;
    return `curl -s ${url} ${json} -d ${quoted(body)}`;
  }
  const commands = parts.flatMap(({ head, tensor }, index) => [
    `printf %s ${quoted(`${index === 0 ? '{"inputs":[' : ','}${head}[`)}`,
    `yes ${quoted(jsonOf(tensor).slice(1, -1).split(',', 1)[0] ?? '')} | head -n ${tensor.data.length} | paste -sd, -`,
    `printf %s ${quoted(']}')}`,
  ]);
  return `(${commands.join('; ')}; printf %s ${quoted(']}')}) | curl -s ${url} ${json} --data-binary @-`;
}

function headOf({ name, datatype, shape }: Tensor): string {
  return `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join(',')}],"data":`;
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
