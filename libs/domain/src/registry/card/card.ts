/** A model card as data: sections of blocks, which Markdown and HTML draw each in their way. Texts are not escaped. */
export interface ModelCard {
  readonly title: string;
  /** One line under the title. */
  readonly subtitle: string;
  /** What catalogues of models read. */
  readonly metadata: CardMetadata;
  readonly sections: readonly CardSection[];
}

export interface CardMetadata {
  readonly model: string;
  readonly version: number;
  readonly semver: string;
  readonly licence: string | null;
  /** Of the catalogue's kinds of work; `null` where nobody said. */
  readonly task: 'tabular-classification' | 'tabular-regression' | null;
  readonly dataset: string | null;
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
}

export interface CardSection {
  /** Stable, for links. */
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly CardBlock[];
  readonly sections?: readonly CardSection[];
}

export type CardBlock =
  /** Words of a person. */
  | { readonly kind: 'prose'; readonly text: string }
  /** A sentence of Laurel. */
  | { readonly kind: 'note'; readonly text: string }
  /** That something is missing, and how to add it. */
  | { readonly kind: 'missing'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'fields'; readonly fields: readonly CardField[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** Shows what a table beside it says in numbers. */
  | { readonly kind: 'plot'; readonly caption: string; readonly plot: CardPlot };

export type CardField = readonly [label: string, value: string];

export type CardPlot =
  | {
      readonly of: 'intervals';
      readonly items: readonly {
        readonly name: string;
        readonly value: number;
        readonly low: number;
        readonly high: number;
      }[];
    }
  | {
      readonly of: 'reliability';
      readonly points: readonly { readonly predicted: number; readonly observed: number; readonly count: number }[];
    }
  | {
      readonly of: 'bars';
      readonly metric: string;
      readonly items: readonly { readonly name: string; readonly value: number }[];
      /** Of all rows. */
      readonly overall: number | null;
    };

export const missing = (text: string): CardBlock => ({ kind: 'missing', text });
export const note = (text: string): CardBlock => ({ kind: 'note', text });
export const prose = (text: string): CardBlock => ({ kind: 'prose', text });
export const fields = (given: readonly CardField[]): CardBlock => ({ kind: 'fields', fields: given });

/** A table of at most `most` rows, which says how many it leaves out. */
export function table(
  of: { readonly caption: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] },
  most = 100,
): readonly CardBlock[] {
  const left = of.rows.length - most;
  const shown: CardBlock = { kind: 'table', ...of, rows: of.rows.slice(0, most) };
  return left > 0 ? [shown, note(`${left} more are left out here.`)] : [shown];
}
