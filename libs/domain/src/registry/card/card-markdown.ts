import { proseBlocks } from '../../text/prose.js';
import type { CardBlock, CardMetadata, CardSection, ModelCard } from './card.js';

/**
 * A card as Markdown (GitHub's tables), with the metadata block of Hugging Face's model cards. Every text is escaped:
 * whatever a column or a person is called, it is read as text. Plots are left out; the tables beside them say the same.
 */
export function cardMarkdown(card: ModelCard): string {
  const head = [frontMatter(card.metadata), `# ${inline(card.title)}`, inline(card.subtitle)];
  return `${[...head, ...card.sections.flatMap((section) => sectionParts(section, 2))].join('\n\n')}\n`;
}

/** Values are JSON, which is YAML. */
function frontMatter({ model, version, semver, licence, task, dataset, metrics }: CardMetadata): string {
  const results = {
    task: { type: task },
    dataset: { name: dataset, type: dataset },
    metrics: metrics.map(({ name, value }) => ({ type: name, value })),
  };
  const entries = {
    ...(licence === null ? {} : { license: licence }),
    ...(task === null ? {} : { library_name: 'onnx', pipeline_tag: task }),
    model_version: `${semver} (${version})`,
    ...(task === null ? {} : { 'model-index': [{ name: model, results: [results] }] }),
  };
  const lines = Object.entries(entries).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return ['---', ...lines, '---'].join('\n');
}

function sectionParts({ title, blocks, sections = [] }: CardSection, level: number): readonly string[] {
  return [
    `${'#'.repeat(level)} ${inline(title)}`,
    ...blocks.map(blockText).filter((text) => text !== ''),
    ...sections.flatMap((section) => sectionParts(section, level + 1)),
  ];
}

function blockText(block: CardBlock): string {
  switch (block.kind) {
    case 'prose':
      return proseText(block.text);
    case 'note':
      return inline(block.text);
    case 'missing':
      return `> **Missing.** ${inline(block.text)}`;
    case 'list':
      return listText(block.items);
    case 'fields':
      return listText(block.fields, ([label, value]) => `**${inline(label)}:** ${inline(value)}`);
    case 'table':
      return tableText(block);
    case 'plot':
      break;
  }
  return '';
}

function proseText(text: string): string {
  const parts = proseBlocks(text).map((part) => (part.kind === 'list' ? listText(part.items) : inline(part.text)));
  return parts.join('\n\n');
}

function listText<Item>(items: readonly Item[], show: (item: Item) => string = (item) => inline(String(item))): string {
  return items.map((item) => `- ${show(item)}`).join('\n');
}

function tableText({ caption, head, rows }: Extract<CardBlock, { kind: 'table' }>): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inline).join(' | ')} |`;
  return [`${inline(caption)}:`, '', line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Characters that mean something to Markdown, or to HTML inside of it; underscores within a word do not. */
const special = /[\\`*[\]<>|~&$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
/** What begins a block at the head of a line: a list, a heading, an underline. */
const blockStart = /^(?:[-+](?=[-\s]|$)|[=#]|\d{1,9}(?=[.)](?:\s|$)))/;

function inline(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(special, '\\$&')
    .replace(blockStart, (mark) => (/\d/.test(mark) ? `${mark}\\` : `\\${mark}`));
}
