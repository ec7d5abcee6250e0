import { type ApprovalForm, formProblems } from '@laurel/domain';

const form: ApprovalForm = {
  ticket: { type: 'string', required: true, maxLength: 8 },
  risk: { type: 'enum', required: true, values: ['low', 'high'] },
  seats: { type: 'number', required: false, min: 1, max: 10 },
  rehearsed: { type: 'boolean', required: false },
};

const good = { ticket: 'OPS-1', risk: 'low' };

test('a form that is filled in has no problems', () => {
  expect(formProblems(form, good)).toEqual([]);
  expect(formProblems(form, { ...good, seats: 10, rehearsed: false })).toEqual([]);
  expect(formProblems({}, {})).toEqual([]);
});

test.each([
  [{ risk: 'low' }, 'ticket', 'must be filled in'],
  [{ ...good, ticket: '  ' }, 'ticket', 'must be filled in'],
  [{ ...good, ticket: 'OPS-12345' }, 'ticket', 'must have at most 8 characters'],
  [{ ...good, ticket: 7 }, 'ticket', 'must be text'],
  [{ ...good, risk: 'medium' }, 'risk', 'must be one of low, high'],
  [{ ...good, seats: '3' }, 'seats', 'must be a number'],
  [{ ...good, seats: Number.NaN }, 'seats', 'must be a number'],
  [{ ...good, seats: 0 }, 'seats', 'must be at least 1'],
  [{ ...good, seats: 11 }, 'seats', 'must be at most 10'],
  [{ ...good, rehearsed: 'yes' }, 'rehearsed', 'must be true or false'],
  [{ ...good, tickte: 'x' }, 'tickte', 'is not asked for; the form has ticket, risk, seats, rehearsed'],
  [
    JSON.parse('{"ticket":"a","risk":"low","__proto__":1}'),
    '__proto__',
    'is not asked for; the form has ticket, risk, seats, rehearsed',
  ],
])('%j has a problem in %s: %s', (values, field, message) => {
  expect(formProblems(form, values)).toEqual([{ field, message }]);
});
