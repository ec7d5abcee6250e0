import {
  type ApprovalFact,
  type ApprovalRules,
  type Digest,
  mayPromote,
  type PromotionFacts,
  type PromotionWindow,
} from '@laurel/domain';

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const other: Digest = `sha256:${'b'.repeat(64)}`;
const at = (minutes: number) => new Date(Date.UTC(2026, 10, 30, 8, 0) + minutes * 60_000).toISOString();
/** A Monday, twelve o'clock; the rollout has waited for two hours and takes approvals for three. */
const now = at(240);
const requestedAt = at(120);

/** What a grant is like, said twice: as a fact, and as what the oracle has to know of it. */
interface Kind {
  readonly name: string;
  readonly fact: Partial<ApprovalFact>;
  /** Conditions that it does not meet. */
  readonly lacks: readonly string[];
}

const identities: readonly Kind[] = [
  { name: 'an approver', fact: { by: 'ann', role: 'approver' }, lacks: ['adminRole'] },
  { name: 'an admin', fact: { by: 'ada', role: 'admin' }, lacks: [] },
  { name: 'a viewer', fact: { by: 'vic', role: 'viewer' }, lacks: ['adminRole', 'approverRole'] },
  { name: 'an operator', fact: { by: 'otto', role: 'operator' }, lacks: ['adminRole', 'approverRole'] },
  { name: 'an author', fact: { by: 'bob', role: 'approver' }, lacks: ['adminRole', 'notAuthor'] },
  { name: 'somebody whose key is revoked', fact: { by: 'rex', role: null }, lacks: ['adminRole', 'approverRole'] },
];

const states: readonly Kind[] = [
  { name: 'grants', fact: {}, lacks: [] },
  { name: 'grants something else', fact: { digest: other }, lacks: ['digest'] },
  { name: 'granted before it was asked', fact: { at: at(119) }, lacks: ['asked', 'fresh'] },
  { name: 'grants the moment it is asked', fact: { at: at(120) }, lacks: ['fresh'] },
  { name: 'granted so long ago that it just does not count', fact: { at: at(210) }, lacks: ['fresh'] },
  {
    name: 'granted so lately that it just counts',
    fact: { at: new Date(Date.parse(at(210)) + 1).toISOString() },
    lacks: [],
  },
  { name: 'grants the moment it is too late', fact: { at: at(300) }, lacks: ['inTime'] },
  { name: 'gives no reason', fact: { reason: null }, lacks: ['reason'] },
  { name: 'gives a blank reason', fact: { reason: ' \n' }, lacks: ['reason'] },
  { name: 'leaves the form empty', fact: { values: {} }, lacks: ['form'] },
  { name: 'fills the form in wrongly', fact: { values: { ticket: 7 } }, lacks: ['form'] },
  { name: 'rejects', fact: { decision: 'rejected' }, lacks: ['grant'] },
  { name: 'rejects something else', fact: { decision: 'rejected', digest: other }, lacks: ['grant', 'digest'] },
];

const window = (from: string, to: string): PromotionWindow => ({ days: ['mon'], from, to, timezone: 'UTC' });

/** The demands of each rule that a grant must meet, beside those that hold always. */
const choices = {
  approvers: [0, 1, 2],
  authors: [
    { rules: { authorMayApprove: false }, asks: ['notAuthor'] },
    { rules: { authorMayApprove: true }, asks: [] },
  ],
  reasons: [
    { rules: { reason: 'required' }, asks: ['reason'] },
    { rules: { reason: 'optional' }, asks: [] },
  ],
  forms: [
    { rules: { form: { ticket: { type: 'string', required: true, maxLength: 20 } } }, asks: ['form'] },
    { rules: { form: { ticket: { type: 'string', required: false, maxLength: 20 } } }, asks: ['soundForm'] },
  ],
  roles: [
    { rules: { roles: ['approver'] }, asks: ['approverRole'] },
    { rules: { roles: ['admin'] }, asks: ['adminRole'] },
  ],
  ages: [
    { rules: { grantExpiresAfter: null }, asks: [] },
    { rules: { grantExpiresAfter: '30m' }, asks: ['fresh'] },
  ],
  windows: [
    { rules: {}, asks: [], open: true },
    { rules: { windows: [window('12:00', '12:01')] }, asks: [], open: true },
    { rules: { windows: [window('11:00', '12:00'), window('12:05', '13:00')] }, asks: [], open: false },
  ],
} as const;

interface Demand {
  readonly rules: ApprovalRules;
  readonly asks: ReadonlySet<string>;
  readonly approvers: number;
  readonly open: boolean;
}

function* demands(): Generator<Demand> {
  const { approvers, authors, reasons, forms, roles, ages, windows } = choices;
  for (const count of approvers)
    for (const author of authors)
      for (const reason of reasons)
        for (const form of forms)
          for (const role of roles)
            for (const age of ages)
              for (const window of windows) {
                const chosen = [author, reason, form, role, age, window];
                const rules = { required: count > 0, approvers: count, expiresAfter: '3h' };
                yield {
                  rules: Object.assign(rules, ...chosen.map((choice) => choice.rules)),
                  asks: new Set(['grant', 'digest', 'asked', 'inTime', ...chosen.flatMap(({ asks }) => asks)]),
                  approvers: count,
                  open: window.open,
                };
              }
}

interface Decided {
  readonly name: string;
  readonly fact: ApprovalFact;
  readonly lacks: ReadonlySet<string>;
}

const usual: ApprovalFact = {
  by: '',
  decision: 'granted',
  digest,
  at: at(230),
  reason: 'looked at it',
  values: { ticket: 'OPS-1' },
  role: null,
};

/** Everybody in every state. A form that is filled in wrongly is not sound even where it may be left empty. */
const decisions: readonly Decided[] = identities.flatMap((identity) =>
  states.map((state) => ({
    name: `${identity.name} ${state.name}`,
    fact: { ...usual, ...identity.fact, ...state.fact },
    lacks: new Set([
      ...identity.lacks,
      ...state.lacks,
      ...(state.fact.values !== undefined && 'ticket' in state.fact.values ? ['soundForm'] : []),
    ]),
  })),
);

const find = (name: string) => decisions.find((decided) => decided.name === name) as Decided;
/** Who else has decided, before. */
const others: readonly (readonly Decided[])[] = [
  [],
  [find('an approver grants')],
  [find('an admin grants')],
  [find('an author grants'), find('a viewer grants')],
  [find('an admin rejects')],
  [find('an approver gives no reason'), find('an admin grants')],
];

/** The same question, answered from the lists of what is lacking: no times, no texts, no order. */
function oracle({ asks, approvers, open }: Demand, decided: readonly Decided[]): boolean {
  const rejected = decided.some(({ lacks }) => lacks.has('grant') && !lacks.has('digest'));
  const sound = decided.filter(({ lacks }) => [...asks].every((ask) => !lacks.has(ask)));
  return open && !rejected && new Set(sound.map(({ fact }) => fact.by)).size >= approvers;
}

test('every rule, every person, every state: what mayPromote says is what an oracle of another make says', () => {
  const counts = { yes: 0, no: 0 };
  const wrong: string[] = [];
  const all = [...demands()];
  for (const demand of all) {
    for (const before of others) {
      for (const decided of [undefined, ...decisions]) {
        const given = decided === undefined ? before : [...before, decided];
        const facts: PromotionFacts = {
          digest,
          requestedAt,
          authors: ['bob', 'laurel'],
          decisions: given.map(({ fact }) => fact),
        };
        const expected = oracle(demand, given);
        const { may, refusals } = mayPromote(demand.rules, facts, now);
        counts[expected ? 'yes' : 'no'] += 1;
        const agrees = may === expected && may === (refusals.length === 0);
        if (!agrees && wrong.length < 5) {
          wrong.push(`${JSON.stringify(demand.rules)}: ${given.map(({ name }) => name).join(', ')}: ${may}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(all).toHaveLength(288);
  expect(counts.yes + counts.no).toBe(288 * others.length * (identities.length * states.length + 1));
  expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(10_000);
});

test('the order of decisions changes nothing', () => {
  const rules: ApprovalRules = { required: true, approvers: 2, expiresAfter: '3h', reason: 'required' };
  for (const one of decisions) {
    for (const two of decisions) {
      const standing = (given: readonly Decided[]) =>
        mayPromote(rules, { digest, requestedAt, authors: ['bob'], decisions: given.map(({ fact }) => fact) }, now).may;
      expect(standing([one, two])).toBe(standing([two, one]));
    }
  }
});
