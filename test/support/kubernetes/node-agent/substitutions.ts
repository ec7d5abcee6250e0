/** What a pod would see through its own mounts, names and ports, and what stands for it on this machine. */
export interface Surroundings {
  /** Mount path to folder. */
  readonly paths: ReadonlyMap<string, string>;
  readonly namespace: string;
  /** The pod's headless service, whose `<pod>.<service>` names all mean this machine. */
  readonly service: string | null;
  /** Port inside of the pod to port of this machine. */
  readonly ports: ReadonlyMap<number, number>;
}

/** Replaces mount paths, names of peers and declared ports in a text of a pod: a command's word, a variable's value. */
export function substitute(text: string, { paths, namespace, service, ports }: Surroundings): string {
  return withPorts(withNames(withPaths(text, paths), namespace, service), ports);
}

/** A path begins at the start of a word, after `name=`, or after `file://`, and ends with a whole segment. */
function withPaths(text: string, paths: ReadonlyMap<string, string>): string {
  if (paths.size === 0) return text;
  const longestFirst = [...paths.keys()].toSorted((one, other) => other.length - one.length).map(escaped);
  const places = new RegExp(`(?<=^|[\\s=:,;'"([{]|://)(?:${longestFirst.join('|')})(?=$|[/\\s:,;'")\\]}])`, 'g');
  return text.replace(places, (path) => paths.get(path) ?? path);
}

function withNames(text: string, namespace: string, service: string | null): string {
  if (service === null) return text;
  const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
  const tail = `\\.${escaped(service)}(?:\\.${escaped(namespace)}(?:\\.svc(?:\\.cluster\\.local)?)?)?`;
  return text.replace(new RegExp(`(?<![\\w.-])${label}${tail}(?![\\w-]|\\.\\w)`, 'g'), '127.0.0.1');
}

function withPorts(text: string, ports: ReadonlyMap<number, number>): string {
  return [...ports].reduce(
    (now, [inside, here]) => now.replace(new RegExp(`(?<=^|[:=])${inside}(?=$|/)`, 'g'), `${here}`),
    text,
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
