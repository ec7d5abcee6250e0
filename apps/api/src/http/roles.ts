import type { Role } from '@laurel/ports';

/** Roles each role includes. An approver decides and looks; an operator acts and looks; an admin does all. */
const included: { readonly [role in Role]: readonly Role[] } = {
  viewer: ['viewer'],
  operator: ['operator', 'viewer'],
  approver: ['approver', 'viewer'],
  admin: ['admin', 'operator', 'approver', 'viewer'],
};

/** Tells whether a key with role `held` may do what needs `needed`. */
export function includes(held: Role, needed: Role): boolean {
  return included[held].includes(needed);
}
