import { LaurelError } from '@laurel/contracts';
import type { AuditVerification } from '@laurel/contracts/schemas';
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
    .summary('read and verify the audit log')
    .description('Read and verify the audit log: append-only, each event chained to the one before.');

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
    .description('Recompute the whole chain; fails when an event was changed, removed or cut off.')
    .action(
      withContext(surroundings, async ({ api, printer }) => {
        const result = await api.get<AuditVerification>('audit/verify');
        if (!result.intact) {
          throw new LaurelError(
            'PackageTampered',
            `The audit log does not fit from event ${result.firstBroken} on; restore the database and find out who changed it.`,
          );
        }
        printer.data(result, () => `The audit log is intact: ${result.events} events.`);
      }),
    );
};
