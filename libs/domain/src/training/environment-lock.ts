/** Requirements of a lock: what is required to the version of it. */
export type Requirements = { readonly [name: string]: string };

/** How the requirements of two locks differ. */
export interface LockChanges {
  readonly added: readonly { readonly name: string; readonly version: string }[];
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  readonly changed: readonly { readonly name: string; readonly was: string; readonly is: string }[];
}

/** Lines of a lock as pip reads them: without comments, and what a backslash continues is one line. */
export function lockLines(lock: string): readonly string[] {
  const joined = lock.replaceAll(/\\\r?\n/g, ' ').split('\n');
  return joined
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}

/**
 * What a lock requires. `numpy==2.1.0`, with hashes or without, is `numpy`, `2.1.0`; a line of another form names itself.
 */
export function requirementsOf(lock: string): Requirements {
  return Object.fromEntries(lockLines(lock).map(requirement));
}

/** Packages that only one lock has, or in other versions, by name. */
export function lockChanges(was: string, is: string): LockChanges {
  const [before, after] = [new Map(Object.entries(requirementsOf(was))), new Map(Object.entries(requirementsOf(is)))];
  const only = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    [...some].filter(([name]) => !others.has(name)).map(([name, version]) => ({ name, version }));
  return {
    added: only(after, before),
    removed: only(before, after),
    changed: [...before].flatMap(([name, version]) => {
      const now = after.get(name);
      return now === undefined || now === version ? [] : [{ name, was: version, is: now }];
    }),
  };
}

function requirement(line: string): readonly [string, string] {
  const [, name, version] = /^([\w.[\]-]+)\s*==\s*([^\s;]+)/.exec(line) ?? [];
  return name === undefined || version === undefined ? [line, ''] : [name, version];
}
