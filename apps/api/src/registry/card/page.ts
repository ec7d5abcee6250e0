import { createHash } from 'node:crypto';
import { type CardBlock, type CardSection, type ModelCard, proseBlocks } from '@laurel/domain';
import { plotSvg } from './plots.js';

const style = `
  :root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; margin: 1rem 0; min-width: 50%; }
  caption { text-align: left; font-weight: 600; padding: .25rem 0; }
  th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886; vertical-align: top; overflow-wrap: anywhere; }
  dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1rem; }
  dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
  figure { margin: 1rem 0; padding: .5rem; background: #fff; border-radius: 6px; overflow-x: auto; }
  figcaption { color: #333; font-size: .9rem; }
  .missing { border-left: 4px solid #D55E00; padding-left: .75rem; }
  nav ul { columns: 2; }
`;

/** What a browser may do with the page: show it. The style is named by its digest; SVG needs style attributes. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src-elem 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "style-src-attr 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** A card as one self-contained page: no script, no font, no picture from elsewhere. Every text is escaped. */
export function cardPage({ title, subtitle, sections }: ModelCard): string {
  const links = sections.map((section) => `<li><a href="#${escape(section.id)}">${escape(section.title)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="${escape(pagePolicy)}">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p>${escape(subtitle)}</p>
</header>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
<main>
${sections.map((section) => sectionHtml(section, 2)).join('\n')}
</main>
</body>
</html>
`;
}

function sectionHtml({ id, title, blocks, sections = [] }: CardSection, level: number): string {
  const inner = [
    ...blocks.map((block, index) => blockHtml(block, `${id}-${index}`)),
    ...sections.map((section) => sectionHtml(section, level + 1)),
  ];
  const heading = `<h${level} id="${escape(id)}-title">${escape(title)}</h${level}>`;
  return `<section id="${escape(id)}" aria-labelledby="${escape(id)}-title">\n${[heading, ...inner].join('\n')}\n</section>`;
}

/** `prefix` is what ids within the block begin with. */
function blockHtml(block: CardBlock, prefix: string): string {
  switch (block.kind) {
    case 'prose':
      return proseHtml(block.text);
    case 'note':
      return `<p>${escape(block.text)}</p>`;
    case 'missing':
      return `<p class="missing"><strong>Missing.</strong> ${escape(block.text)}</p>`;
    case 'list':
      return listHtml(block.items);
    case 'fields':
      return `<dl>${block.fields.map(([label, value]) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>`;
    case 'table':
      return tableHtml(block);
    case 'plot':
      break;
  }
  const said = escape(`${block.caption}; the table says the same in numbers`);
  const svg = plotSvg(block.plot, prefix);
  return `<figure><div role="img" aria-label="${said}">${svg}</div><figcaption>${escape(block.caption)}</figcaption></figure>`;
}

function proseHtml(text: string): string {
  const parts = proseBlocks(text).map((part) =>
    part.kind === 'list' ? listHtml(part.items) : `<p>${escape(part.text)}</p>`,
  );
  return parts.join('\n');
}

function listHtml(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;
}

/** The first cell of a row names it. */
function tableHtml({ caption, head, rows }: Extract<CardBlock, { kind: 'table' }>): string {
  const titles = head.map((title) => `<th scope="col">${escape(title)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${escape(cell)}</td>`).join('');
    return `<tr><th scope="row">${escape(name)}</th>${values}</tr>`;
  });
  return `<div class="wide" role="region" aria-label="${escape(caption)}" tabindex="0"><table><caption>${escape(caption)}</caption><thead><tr>${titles}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, also within an attribute in quotes; control characters, which HTML cannot hold, become spaces. */
function escape(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, ' ').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
