/** When a person last asked that a delivery be sent again: its time to be tried runs from then. */
export const webhookRedelivery = `
alter table webhook_deliveries add column resent_at timestamptz(3);
`;
