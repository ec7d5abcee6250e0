import {
  type Configuration,
  createConfiguration,
  HttpMethod,
  IsomorphicFetchHttpLibrary,
  type KubeConfig,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node';

/** Longest wait for an answer; the API server here gives one within milliseconds. */
const requestMilliseconds = 5_000;
const mostReads = 3;

/**
 * The SDK's requests have no time limit, and a test was seen to wait for 90 s, after which the API server closes an idle
 * connection. A request that takes too long is given up here; one that only reads is asked again. (The launcher has limits
 * of its own for every request.)
 */
const patient = wrapHttpLibrary({
  send: async (request) => {
    const http = new IsomorphicFetchHttpLibrary();
    const reads = request.getHttpMethod() === HttpMethod.GET ? mostReads : 1;
    for (let read = 1; ; read += 1) {
      request.setSignal(AbortSignal.timeout(requestMilliseconds));
      try {
        return await http.send(request).toPromise();
      } catch (error) {
        if (read === reads || (error as Error).name !== 'TimeoutError') throw error;
      }
    }
  },
});

/** A typed client of the API server, for tests. */
export function typedClient<Client>(config: KubeConfig, type: new (configuration: Configuration) => Client): Client {
  const baseServer = new ServerConfiguration(config.getCurrentCluster()?.server ?? '', {});
  return new type(createConfiguration({ baseServer, authMethods: { default: config }, httpApi: patient }));
}
