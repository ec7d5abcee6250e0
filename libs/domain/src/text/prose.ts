/** A piece of a person's text. */
export type ProseBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] };

/** Control characters but tab and line feed, and characters that turn the direction of what follows. */
const hidden = /(?![\t\n])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/** Does the text hold characters that nobody sees? Lines may end as on any system. */
export function hasHiddenCharacters(text: string): boolean {
  return hidden.test(text.replaceAll('\r\n', '\n'));
}

/** A person's plain text: paragraphs between empty lines, and lists where every line begins with `- `. */
export function proseBlocks(text: string): readonly ProseBlock[] {
  return text
    .replaceAll('\r\n', '\n')
    .split(/\n[ \t]*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const lines = part.split('\n').map((line) => line.trim());
      return lines.every((line) => line.startsWith('- '))
        ? { kind: 'list', items: lines.map((line) => line.slice(2).trim()) }
        : { kind: 'paragraph', text: lines.join(' ') };
    });
}
