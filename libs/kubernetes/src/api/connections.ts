import type { RequestOptions } from 'node:https';
import type { KubeConfig, RequestContext } from '@kubernetes/client-node';

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>;

/** Signs requests with the credentials of a kubeconfig, over connections that are kept from one request to the next. */
export interface Connections {
  apply(context: RequestContext): Promise<void>;
}

/**
 * The SDK makes an agent, and with it a TLS connection, for each request. The first one is kept until what it was made
 * from changes: an authority or a client certificate that was renewed.
 */
export function createConnections(config: KubeConfig): Connections {
  let kept: { readonly key: string; readonly dispatcher: Dispatcher } | undefined;
  return {
    apply: async (context) => {
      await config.applySecurityAuthentication(context);
      const dispatcher = context.getDispatcher();
      if (dispatcher === undefined) return;
      const key = await identityOf(config);
      if (kept?.key !== key) {
        // Ends when the last answer on it has been read.
        kept?.dispatcher.close().catch(() => undefined);
        kept = { key, dispatcher };
      }
      context.setDispatcher(kept.dispatcher);
    },
  };
}

async function identityOf(config: KubeConfig): Promise<string> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, passphrase, pfx, rejectUnauthorized, servername } = options;
  return JSON.stringify([ca, cert, key, passphrase, pfx, rejectUnauthorized, servername]);
}
