import type { CoreV1Api, V1Container, V1EnvFromSource, V1EnvVar, V1Pod } from '@kubernetes/client-node';
import { configMapData, secretData } from './objects.js';
import { quantity } from './quantity.js';

type Variables = Readonly<Record<string, string>>;

/** Variables of a container: `before` them (image, services), then `envFrom`, then `env` with `$(VAR)` of earlier ones. */
export async function containerEnvironment(
  core: CoreV1Api,
  { pod, container, before }: { readonly pod: V1Pod; readonly container: V1Container; readonly before: Variables },
): Promise<Variables> {
  const variables: Record<string, string> = { ...before };
  for (const source of container.envFrom ?? []) Object.assign(variables, await variablesFrom(core, pod, source));
  for (const variable of container.env ?? []) {
    const value = await valueOf(core, pod, container, variable);
    if (value !== null) variables[variable.name] = variable.valueFrom ? value : expand(value, variables);
  }
  return variables;
}

/** Replaces `$(NAME)` of known variables; `$$` is a plain dollar, and an unknown name stays as it is. */
export function expand(text: string, variables: Variables): string {
  return text.replace(/\$\$|\$\(([^()\s]+)\)/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? whole),
  );
}

async function variablesFrom(core: CoreV1Api, pod: V1Pod, source: V1EnvFromSource): Promise<Variables> {
  const namespace = pod.metadata?.namespace ?? '';
  const { configMapRef, secretRef, prefix = '' } = source;
  const data = configMapRef
    ? await configMapData(core, { namespace, name: configMapRef.name ?? '', optional: configMapRef.optional })
    : await secretData(core, { namespace, name: secretRef?.name ?? '', optional: secretRef?.optional });
  return Object.fromEntries([...data].map(([name, value]) => [`${prefix}${name}`, value.toString('utf8')]));
}

/** Null: an optional reference to something that is not there. */
async function valueOf(
  core: CoreV1Api,
  pod: V1Pod,
  container: V1Container,
  variable: V1EnvVar,
): Promise<string | null> {
  const namespace = pod.metadata?.namespace ?? '';
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) return fieldOf(pod, fieldRef.fieldPath);
  if (resourceFieldRef) return resourceOf(container, resourceFieldRef.resource, resourceFieldRef.divisor);
  if (configMapKeyRef) {
    const { name = '', key, optional } = configMapKeyRef;
    return keyOf(await configMapData(core, { namespace, name, optional }), {
      what: `configmap ${name}`,
      key,
      optional,
    });
  }
  if (secretKeyRef) {
    const { name = '', key, optional } = secretKeyRef;
    return keyOf(await secretData(core, { namespace, name, optional }), { what: `secret ${name}`, key, optional });
  }
  return variable.value ?? '';
}

function keyOf(
  data: ReadonlyMap<string, Buffer>,
  { what, key, optional }: { readonly what: string; readonly key: string; readonly optional: boolean | undefined },
): string | null {
  const found = data.get(key);
  if (found !== undefined) return found.toString('utf8');
  if (optional === true) return null;
  throw new Error(`couldn't find key ${key} in ${what}`);
}

/** A field as the downward API names it. Error: a path it does not have. */
export function fieldOf(pod: V1Pod, path: string): string {
  const key = /^metadata\.(annotations|labels)\['(.+)'\]$/.exec(path);
  if (key) return pod.metadata?.[key[1] as 'annotations' | 'labels']?.[key[2] ?? ''] ?? '';
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata?.name,
    'metadata.namespace': pod.metadata?.namespace,
    'metadata.uid': pod.metadata?.uid,
    'spec.nodeName': pod.spec?.nodeName,
    'spec.serviceAccountName': pod.spec?.serviceAccountName,
    'status.hostIP': '127.0.0.1',
    'status.hostIPs': '127.0.0.1',
    'status.podIP': '127.0.0.1',
    'status.podIPs': '127.0.0.1',
  };
  if (!(path in fields)) throw new Error(`the node agent does not know the field ${path}`);
  return fields[path] ?? '';
}

/** `limits.memory` in bytes and `limits.cpu` in whole CPUs, rounded up, divided by the divisor as a kubelet does. */
export function resourceOf(container: V1Container, resource: string, divisor = '1'): string {
  const [kind = '', ...name] = resource.split('.');
  const amounts = kind === 'requests' ? container.resources?.requests : container.resources?.limits;
  const amount = quantity(amounts?.[name.join('.')] ?? '0');
  const unit = quantity(divisor);
  return String(Math.ceil(amount / (unit === 0 ? 1 : unit)));
}
