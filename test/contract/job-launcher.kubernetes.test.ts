import { jest } from '@jest/globals';
import { givenLauncher } from '../integration/kubernetes-launcher/given-launcher.js';
import { clusterIsHere } from '../support/kubernetes/test-cluster.js';
import { jobLauncherContract } from './job-launcher.contract.js';

jest.setTimeout(120_000);

if (clusterIsHere()) jobLauncherContract('Jobs of a Kubernetes cluster', () => givenLauncher());
else test.skip('the job launcher: Jobs of a Kubernetes cluster (no Kubernetes here)', () => undefined);
