/** Options of a configuration file, by section. */
export type ConfigSections = { readonly [section: string]: { readonly [option: string]: string } };

/**
 * Reads `.dvc/config`: sections in brackets, which stand in quotes where they hold quotes (`['remote "storage"']`),
 * `option = value` below them, `#` and `;` before comments. What is none of these is passed over, as DVC does.
 */
export function parseConfig(text: string): ConfigSections {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    const section = /^\[(.*)\]$/.exec(line)?.[1];
    if (section !== undefined) {
      const name = unquoted(section.trim());
      current = sections[name] ?? {};
      sections[name] = current;
      continue;
    }
    const [, option, value] = /^([^#;=\s][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (current !== undefined && option !== undefined && value !== undefined) current[option] = withoutComment(value);
  }
  return sections;
}

/** Later files win, option by option. */
export function mergeConfigs(files: readonly ConfigSections[]): ConfigSections {
  const names = new Set(files.flatMap((file) => Object.keys(file)));
  return Object.fromEntries([...names].map((name) => [name, Object.assign({}, ...files.map((file) => file[name]))]));
}

function withoutComment(value: string): string {
  const quoted = /^(["']).*?\1(?=\s*(#|$))/.exec(value)?.[0];
  return quoted === undefined ? value.replace(/\s+#.*$/, '') : unquoted(quoted);
}

function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}
