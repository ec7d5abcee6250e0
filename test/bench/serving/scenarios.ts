import type { ModelName } from './fixtures.js';
import type { Encoding } from './requests.js';

/** How requests are sent: each connection one after the other, or at a constant rate whatever the server does. */
export type Load = { readonly kind: 'closed' | 'open'; readonly connections: number };

/** One thing that is measured of every candidate that can do it. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly model: ModelName;
  readonly rows: number;
  readonly encoding: Encoding;
  readonly load: Load;
  /** Of the rate of answers, or of the time to them? */
  readonly about: 'rate' | 'latency';
}

const many: Load = { kind: 'closed', connections: 64 };
const single = { rows: 1, encoding: 'json' } as const;
const batch = { rows: 256, load: many, about: 'rate' } as const;

export const scenarios: readonly Scenario[] = [
  {
    ...single,
    name: 'single-json',
    title: 'One row as JSON, 64 connections, churn',
    model: 'churn',
    load: many,
    about: 'rate',
  },
  {
    ...single,
    name: 'single-json-mlp',
    title: 'One row as JSON, 64 connections, MLP',
    model: 'mlp',
    load: many,
    about: 'rate',
  },
  {
    ...single,
    name: 'idle-json',
    title: 'One row as JSON, one client alone, churn',
    model: 'churn',
    load: { kind: 'closed', connections: 1 },
    about: 'latency',
  },
  {
    ...single,
    name: 'open-json',
    title: 'One row as JSON, constant rate from 64 connections, churn',
    model: 'churn',
    load: { kind: 'open', connections: 64 },
    about: 'latency',
  },
  { ...batch, name: 'batch-json', title: '256 rows as JSON, 64 connections, churn', model: 'churn', encoding: 'json' },
  { ...batch, name: 'batch-json-mlp', title: '256 rows as JSON, 64 connections, MLP', model: 'mlp', encoding: 'json' },
  {
    ...batch,
    name: 'batch-binary',
    title: '256 rows as binary tensors, 64 connections, churn',
    model: 'churn',
    encoding: 'binary',
  },
  {
    ...batch,
    name: 'batch-binary-mlp',
    title: '256 rows as binary tensors, 64 connections, MLP',
    model: 'mlp',
    encoding: 'binary',
  },
  {
    name: 'single-grpc',
    title: 'One row over gRPC, 64 calls at once, churn',
    model: 'churn',
    rows: 1,
    encoding: 'grpc',
    load: many,
    about: 'rate',
  },
];
