import { z } from 'zod';
import { count, name } from './project-parts.js';

const text = z.string().min(1);

const place = {
  namespace: name.meta({ description: 'Where the object is that Laurel writes.' }),
  name: name.exactOptional().meta({ description: "Of the object; without it, the endpoint's." }),
  onConflict: z
    .enum(['report', 'take'])
    .default('report')
    .meta({ description: 'What to do about a field that somebody else owns: say who, or take it.' }),
};

const backend = {
  service: z
    .string()
    .regex(/^[a-z]([-a-z0-9.]|\{version\})*$/, 'the name of a Service, perhaps with {version} in it')
    .meta({ description: 'Of the serving processes; with {version} in it, each version has its own.' }),
  port: count(1).max(65_535).default(8480),
  shadow: z.enum(['serving', 'router']).default('serving').meta({
    description: 'Who copies requests: serving processes, which compare answers, or the router, which does not.',
  }),
};

const istio = z
  .strictObject({
    kind: z.literal('istio'),
    ...place,
    ...backend,
    hosts: z.array(text).min(1).exactOptional().meta({ description: 'That clients call; without them, the service.' }),
    gateways: z.array(text).default([]),
    versionLabel: text.nullable().default(null).meta({
      description: 'Label of pods whose value is the version that they serve; null: every pod serves every version.',
    }),
    status: z.boolean().default(false).meta({ description: 'Whether istiod writes status (PILOT_ENABLE_STATUS).' }),
  })
  .refine(({ service, hosts }) => hosts !== undefined || !service.includes('{version}'), {
    path: ['hosts'],
    error: 'hosts, because no one Service of them all is named',
  })
  .refine(({ service, versionLabel }) => versionLabel === null || !service.includes('{version}'), {
    path: ['versionLabel'],
    error: 'null, because each version has its own Service',
  });

const gatewayApi = z.strictObject({
  kind: z.literal('gatewayApi'),
  ...place,
  ...backend,
  parents: z
    .array(
      z.strictObject({
        name,
        namespace: name.exactOptional(),
        sectionName: text.exactOptional(),
        kind: z.enum(['Gateway', 'Service']).default('Gateway'),
      }),
    )
    .min(1)
    .meta({ description: 'Gateways, or Services of a mesh, that take the route.' }),
  hostnames: z.array(text).min(1).exactOptional(),
});

const kserve = z.strictObject({
  kind: z.literal('kserve'),
  ...place,
  storageUri: z
    .string()
    .regex(/\{(digest|version)\}/, 'an address with {digest} or {version} in it')
    .meta({ description: "Where KServe finds a version's files." }),
  runtime: text
    .exactOptional()
    .meta({ description: "Of KServe; without it, one that serves ONNX is KServe's choice." }),
});

/** `spec.serving.router`. */
export const routerSchema = z
  .discriminatedUnion('kind', [istio, gatewayApi, kserve])
  .meta({ id: 'Router', description: 'What divides the traffic in front of the serving processes.' });
