import { type Cluster, findToolchain, sharedCluster } from '@laurel/dev';

/** Did set-up leave a control plane to test on? */
export function clusterIsHere(): boolean {
  return process.env['LAUREL_TEST_CLUSTER_FOLDER'] !== undefined && findToolchain().kubernetes !== null;
}

/** The control plane of this jest run; the first test that asks starts it, and the run's end stops it. */
export function testCluster(): Promise<Pick<Cluster, 'kubeconfig' | 'server'>> {
  const folder = process.env['LAUREL_TEST_CLUSTER_FOLDER'];
  if (folder === undefined) throw new Error('only integration, contract, workflow and e2e tests have a control plane');
  return sharedCluster(folder);
}
