/** Who is told of events, and what became of each telling. The events themselves are the outbox. */
export const webhooks = `
create table webhooks (
  id text primary key,
  url text not null,
  topics text[] not null,
  sealed_secret text not null,
  created_at timestamptz(3) not null default now(),
  created_by text not null,
  removed_at timestamptz(3),
  after_event bigint not null
);

create table webhook_deliveries (
  sequence bigint generated always as identity unique,
  id text primary key,
  webhook text not null references webhooks (id),
  event_id bigint not null,
  type text not null,
  subject text not null,
  body text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz(3) not null default now(),
  claimed_until timestamptz(3),
  last_status integer,
  last_error text,
  created_at timestamptz(3) not null default now(),
  delivered_at timestamptz(3),
  unique (webhook, event_id),
  check ((state = 'delivered') = (delivered_at is not null))
);
create index webhook_deliveries_pending on webhook_deliveries (webhook, subject, event_id) where state = 'pending';
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook, sequence);
`;
