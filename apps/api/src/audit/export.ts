import type { Audit, AuditEvent } from '@laurel/ports';

const eventsAtOnce = 1_000;
const columns = ['sequence', 'at', 'actor', 'action', 'subject', 'detail', 'previousHash', 'hash'] as const;

/** The events after number `after`, oldest first: JSON with the hashes that prove them, or RFC 4180 with a header. */
export async function* exportedLines(
  audit: Pick<Audit, 'after'>,
  { format, after }: { readonly format: 'jsonl' | 'csv'; readonly after: number },
): AsyncGenerator<string> {
  const line = format === 'csv' ? csvLine : (event: AuditEvent) => `${JSON.stringify(event)}\n`;
  if (format === 'csv') yield `${columns.join(',')}\r\n`;
  for (let last = after; ; ) {
    const events = await audit.after(last, eventsAtOnce);
    if (events.length > 0) yield events.map(line).join('');
    if (events.length < eventsAtOnce) return;
    last = events.at(-1)?.sequence ?? last;
  }
}

function csvLine(event: AuditEvent): string {
  const cells = columns.map((column) => {
    const value = event[column];
    return cell(column === 'detail' ? JSON.stringify(value) : String(value));
  });
  return `${cells.join(',')}\r\n`;
}

/** A cell that would be a formula in a spreadsheet begins with an apostrophe (OWASP, CSV injection). */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
