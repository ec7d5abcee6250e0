/** A line of a tree, and what hangs from it. */
export interface Branch {
  readonly text: string;
  readonly below?: readonly Branch[];
}

/** A tree drawn with lines, as of the command `tree`. */
export function renderTree({ text, below = [] }: Branch): string {
  return [text, ...below.flatMap((branch, index) => limb(branch, index === below.length - 1))].join('\n');
}

function limb(branch: Branch, isLast: boolean): readonly string[] {
  const [first = '', ...others] = renderTree(branch).split('\n');
  return [`${isLast ? '└─ ' : '├─ '}${first}`, ...others.map((line) => `${isLast ? '   ' : '│  '}${line}`)];
}
