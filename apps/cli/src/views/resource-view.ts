import type { ApiClient } from '../client/api-client.js';
import type { Printer } from '../output/printer.js';

/** What a view reads from and shows with. */
interface ViewContext {
  readonly api: ApiClient;
  readonly printer: Printer;
  /** Milliseconds since 1970, for ages. */
  readonly now: number;
}

interface ListFilter {
  /** Only what belongs to this project, model or endpoint. */
  readonly of?: string;
  readonly limit: number;
}

/** How one kind of thing is read and shown. `Item` is an entry of a list, `Whole` what describe shows. */
export interface ResourceView {
  /** How one of them is named, for help: `RUN`, `MODEL/VERSION`. */
  readonly name: string;
  /** Tells whether `text` can name one of them; other texts name what they belong to. */
  names(text: string): boolean;
  list(context: ViewContext, filter: ListFilter): Promise<Shown>;
  find(context: ViewContext, name: string): Promise<Shown>;
}

/** Data, and how a person sees it. */
export interface Shown {
  readonly data: unknown;
  readonly human: () => string;
}
