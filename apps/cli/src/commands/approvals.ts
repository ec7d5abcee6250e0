import type { ApprovalGranted, PromotionStanding } from '@laurel/contracts/schemas';
import { type Command, InvalidArgumentError } from 'commander';
import { type AddCommands, type Surroundings, withContext } from '../context.js';
import { renderTable } from '../output/table.js';
import { agoText } from '../output/text.js';

type FormValue = string | number | boolean;

interface DecideOptions {
  readonly reason?: string;
  readonly set?: { readonly [field: string]: FormValue };
}

/** `approve`, `reject` and `approvals`. */
export const addApprovalCommands: AddCommands = (program, surroundings) => {
  const approve = program
    .command('approve')
    .summary('approve a rollout that waits for it')
    .description(
      'Approve a rollout; needs a key with a role that the project names. Bound to the digest of its challenger. An author of the version is not an approver.',
    )
    .option('--set <field=value>', 'fill in a field of the form; can be given several times', formValue);
  addDecision(approve, surroundings, { decision: 'granted', said: 'is approved' });
  const reject = program
    .command('reject')
    .summary('reject a rollout')
    .description('Reject a rollout for good: it turns back, and no approval promotes it any more. Needs a reason.');
  addDecision(reject, surroundings, { decision: 'rejected', said: 'is rejected; it was approved' });
  addList(program, surroundings);
};

function addDecision(
  command: Command,
  surroundings: Surroundings,
  { decision, said }: { readonly decision: 'granted' | 'rejected'; readonly said: string },
): void {
  command
    .argument('<rollout>', 'ENDPOINT/NUMBER, as in churn/3')
    .option('--reason <text>', 'why, for the audit log')
    .action(
      withContext(surroundings, async ({ api, printer }, rollout: string, { reason, set }: DecideOptions) => {
        const body = { rollout, decision, ...(reason === undefined ? {} : { reason }), form: set ?? {} };
        const answer = await api.post<ApprovalGranted>('approvals', body);
        printer.data(answer, () => `Rollout ${rollout} ${said} by ${answer.approvers} of ${answer.needed} so far.`);
      }),
    );
}

function addList(program: Command, surroundings: Surroundings): void {
  program
    .command('approvals')
    .summary('show who decided what about a rollout')
    .description('Show the stored decisions about a rollout, and what is missing before it may promote.')
    .argument('<rollout>', 'ENDPOINT/NUMBER, as in churn/3')
    .action(
      withContext(surroundings, async ({ api, printer }, rollout: string) => {
        const { items } = await api.get<{ readonly items: readonly Decision[] }>('approvals', { rollout });
        const standing = await api.get<PromotionStanding>('approvals/standing', { rollout });
        const rows = items.map(({ at, by, decision, reason }) => [agoText(at, Date.now()), by, decision, reason ?? '']);
        const table = renderTable(['when', 'who', 'decision', 'reason'], rows);
        const missing = standing.missing === null ? 'Nothing is missing.' : `It may not promote: ${standing.missing}.`;
        printer.data({ items, standing }, () => `${table}\n${missing}`);
      }),
    );
}

interface Decision {
  readonly by: string;
  readonly at: string;
  readonly decision: string;
  readonly reason: string | null;
}

/** `field=value`, where a value that reads as a number or a truth value is one, and one in quotes is text. */
function formValue(pair: string, before: { readonly [field: string]: FormValue } = {}) {
  const [, field, text] = /^([A-Za-z]\w*)=(.*)$/s.exec(pair) ?? [];
  if (field === undefined || text === undefined) throw new InvalidArgumentError('It must be FIELD=VALUE.');
  if (Object.hasOwn(before, field)) throw new InvalidArgumentError(`${field} is given twice; give each field once.`);
  return { ...before, [field]: valueOf(text) };
}

function valueOf(text: string): FormValue {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text)) return Number(text);
  return /^"(.*)"$/s.exec(text)?.[1] ?? text;
}
