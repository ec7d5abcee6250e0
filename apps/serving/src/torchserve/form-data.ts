import { refuse } from '../values/refuse.js';

/** A field of a form. */
export interface FormField {
  readonly name: string;
  readonly content: Buffer;
}

const mostFields = 16;
/** Bytes of a field's headers. */
const longestHead = 4_096;
const headEnd = Buffer.from('\r\n\r\n');

/**
 * The fields of a `multipart/form-data` body (RFC 7578). The contents are views of the body. Errors: `InvalidInput` for a
 * body that is not of this form, or of more than 16 fields. Node's own `Response.formData` has no such limit: 200,000 small
 * fields hold the loop for a second.
 */
export function readFormData(body: Buffer, contentType: string): readonly FormField[] {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return refuse('The Content-Type multipart/form-data names no boundary.');
  const mark = Buffer.from(`--${boundary}`);
  const fields: FormField[] = [];
  let at = body.indexOf(mark);
  for (;;) {
    if (at < 0) return refuse('The form does not end with its boundary; send it whole.');
    const start = at + mark.length;
    if (body.subarray(start, start + 2).equals(Buffer.from('--'))) return fields;
    const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), start);
    const head = body.indexOf(headEnd, start);
    if (end < 0 || head < 0 || head > end) return refuse('The form does not end with its boundary; send it whole.');
    if (fields.length === mostFields)
      return refuse(`The form has more than ${mostFields} fields; send one named data.`);
    if (head - start > longestHead) return refuse(`A field of the form has more than ${longestHead} bytes of headers.`);
    fields.push({
      name: nameOf(body.toString('utf8', start, head)),
      content: body.subarray(head + headEnd.length, end),
    });
    at = end + 2;
  }
}

function nameOf(head: string): string {
  const [, quoted, plain] =
    /^content-disposition:\s*form-data\b.*?;\s*name=(?:"([^"\r\n]*)"|([^\s;"]+))/im.exec(head) ?? [];
  return quoted ?? plain ?? refuse('A field of the form has no name; send one named data.');
}
