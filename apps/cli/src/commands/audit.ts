import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { AuditVerification } from '@laurel/contracts/schemas';
import { Option } from 'commander';
import { type AddCommands, withContext } from '../context.js';
import { renderTable } from '../output/table.js';
import { agoText } from '../output/text.js';

interface AuditItem {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
}

/** `audit`. */
export const addAuditCommands: AddCommands = (program, surroundings) => {
  const audit = program
    .command('audit')
    .summary('read, verify and export the audit log')
    .description(
      'Read, verify and export the audit log: append-only, each event chained to the one before, anchored outside.',
    );

  audit
    .command('list')
    .summary('show who did what')
    .description('Show who did what, newest first.')
    .option('--limit <n>', 'at most this many', '50')
    .action(
      withContext(surroundings, async ({ api, printer }, { limit }: { readonly limit: string }) => {
        const items = await api.list<AuditItem>('audit', Number(limit));
        const rows = items.map(({ sequence, at, actor, action, subject }) => [
          String(sequence),
          agoText(at, Date.now()),
          actor,
          action,
          subject,
        ]);
        printer.data(items, () => renderTable(['#', 'when', 'who', 'what', 'subject'], rows));
      }),
    );

  audit
    .command('verify')
    .summary('recompute the chain')
    .description(
      'Recompute the whole chain and compare it with the anchors outside of the database; fails and names the first event that was changed, removed, cut off or rebuilt.',
    )
    .action(
      withContext(surroundings, async ({ api, printer }) => {
        const result = await api.get<AuditVerification>('audit/verify');
        if (!result.intact) throw new LaurelError('PackageTampered', brokenText(result));
        printer.data(result, () => intactText(result));
      }),
    );

  audit
    .command('export')
    .summary('write the whole log')
    .description(
      'Write the whole log, oldest first: JSON lines with the hashes that prove it, or CSV for spreadsheets.',
    )
    .addOption(new Option('--format <format>', 'jsonl or csv').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--after <n>', 'only events above this number', '0')
    .option('--out <file>', 'into a file instead of standard output')
    .action(
      withContext(surroundings, async ({ api, cwd }, options: ExportOptions) => {
        const { format, after, out } = options;
        if (out === undefined) {
          await api.receive('audit/export', { format, after }, (text) => surroundings.out.write(text));
          return;
        }
        const file = await open(resolve(cwd, out), 'w', 0o600);
        try {
          await api.receive('audit/export', { format, after }, async (text) => void (await file.write(text)));
        } finally {
          await file.close();
        }
      }),
    );
};

interface ExportOptions {
  readonly format: 'jsonl' | 'csv';
  readonly after: string;
  readonly out?: string;
}

const faults: { readonly [fault in NonNullable<AuditVerification['fault']>]: string } = {
  changed: 'it was changed',
  missing: 'it is missing',
  unexpected: 'it should not be there',
  head: 'the head of the log says otherwise',
  anchor: 'it is not the one that was there when the log was anchored',
};

function brokenText({ firstBroken, fault, problems }: AuditVerification): string {
  if (firstBroken === null || fault === null) {
    return `The anchors of the audit log cannot be trusted: ${problems.join('; ')}; find out who changed the object store.`;
  }
  return `The audit log does not fit from event ${firstBroken} on: ${faults[fault]}; restore the database and find out who changed it.`;
}

function intactText({ events, removedThrough, anchors, anchoredThrough }: AuditVerification): string {
  const removed =
    removedThrough === 0 ? '' : `, the first ${removedThrough} of them removed behind a signed checkpoint`;
  const anchored =
    anchors === 0 ? 'nothing is anchored yet' : `${anchors} anchors agree, the last one over ${anchoredThrough} events`;
  return `The audit log is intact: ${events} events${removed}; ${anchored}.`;
}
