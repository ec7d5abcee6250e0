import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { LaurelError } from '../laurel-error.js';
import { findingsOf } from './project-issues.js';
import { count, name } from './project-parts.js';
import { pathText } from './project-problem.js';
import { placeOf } from './yaml-places.js';

const text = z.string().min(1);
const orNone = text.nullable().default(null);
const day = 86_400;

const toleration = z.strictObject({
  key: text.optional(),
  operator: z.enum(['Equal', 'Exists']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: count(0).optional(),
});

/** What a worker is told of the cluster it trains on: the file that `LAUREL_KUBERNETES_SETTINGS` names. */
export const kubernetesSettingsSchema = z
  .strictObject({
    kubeconfig: orNone.meta({ description: "Path; null for the pod's own service account, or ~/.kube/config." }),
    namespace: name,
    image: text.meta({ description: 'For projects whose spec.training.image names none; brings laurel_trainer.' }),
    imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
    imagePullSecrets: z.array(text).default([]),
    serviceAccount: orNone.meta({ description: "Of the trainers' pods, which get no token." }),
    runAsUser: count(1).nullable().default(10_001).meta({ description: "null: the image's own user, not root." }),
    checkpointClaim: text,
    datasetClaim: orNone.meta({
      description: 'Keeps data sets by digest between runs; null: each pod fetches its own.',
    }),
    objectStore: z.strictObject({
      url: z.string().regex(/^(file:\/\/\/|s3:\/\/)./, 'file:///folder or s3://bucket/prefix'),
      secret: orNone.meta({ description: 'Its entries, such as AWS_ACCESS_KEY_ID, become environment variables.' }),
      claim: orNone.meta({ description: 'Mounted at the folder of a file:/// store.' }),
    }),
    projects: z
      .strictObject({ claim: orNone, mountPath: text })
      .nullable()
      .default(null)
      .meta({ description: "Where the projects' folders are mounted; null: the code is in the image." }),
    spot: z.enum(['aks', 'eks', 'gke', 'karpenter']).nullable().default(null),
    nodeSelector: z.record(text, z.string()).default({}),
    tolerations: z.array(toleration).default([]),
    priorityClass: z.strictObject({ spot: orNone, onDemand: orNone }).prefault({}),
    gpuKindLabel: text.default('nvidia.com/gpu.product'),
    queue: z
      .strictObject({ name: text, priorityClass: orNone })
      .nullable()
      .default(null)
      .meta({ description: "Kueue's local queue; jobs then start suspended." }),
    graceSeconds: count(1).default(30),
    keepSeconds: count(60)
      .default(7 * day)
      .meta({ description: 'How long ended jobs stay when nobody removes them.' }),
    outputBytes: count(1)
      .default(10 * 2 ** 30)
      .meta({ description: "Largest size of a trainer's output folder." }),
  })
  .meta({ id: 'KubernetesSettings' });

/** Reads the settings (YAML, so JSON too) and fills in every default. Error: `InvalidInput` with all problems together. */
export function parseKubernetesSettings(content: string, file: string): z.output<typeof kubernetesSettingsSchema> {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new LaurelError('InvalidInput', `${file}, line ${line}: this is not valid YAML: ${broken.message}.`);
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  const parsed = kubernetesSettingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = findingsOf(kubernetesSettingsSchema, value, parsed.error.issues).map(({ path, says }) => ({
    path: pathText(path),
    message: `${file}, line ${placeOf(document, path, lines).line}: ${says}`,
  }));
  throw new LaurelError('InvalidInput', `${details.map(({ message }) => message).join('; ')}.`, { details });
}
