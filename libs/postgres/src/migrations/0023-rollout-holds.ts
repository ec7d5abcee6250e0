/** Who holds a running rollout where it is: `{by, reason, at}`; null while nobody does. */
export const rolloutHolds = `
alter table rollouts add column hold jsonb;
`;
