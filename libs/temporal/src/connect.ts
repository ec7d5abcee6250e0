import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** Where Temporal is. Without an address, `TEMPORAL_*` variables and `temporal.toml` decide, as Temporal's tools do. */
export interface TemporalOptions {
  readonly address?: string;
  readonly namespace?: string;
}

/** Connection settings in the form that clients and workers take (address, TLS, API key) and the namespace. */
export function connectionSettings(options: TemporalOptions) {
  if (options.address !== undefined) {
    return { connection: { address: options.address }, namespace: options.namespace ?? 'default' };
  }
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connection: connectionOptions, namespace: options.namespace ?? namespace ?? 'default' };
}

/** A client that connects at its first call, so that a process may start before Temporal does. */
export function openClient(options: TemporalOptions): Client {
  const { connection, namespace } = connectionSettings(options);
  return new Client({ connection: Connection.lazy(connection), namespace });
}
