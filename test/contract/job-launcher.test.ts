import { givenJobs } from '../integration/local/given-jobs.js';
import { jobLauncherContract } from './job-launcher.contract.js';

jobLauncherContract('processes of this machine', givenJobs);
