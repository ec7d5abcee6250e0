import type { ErrorCode } from '@laurel/contracts';
import type { StackPorts, StackProgress, StackUrls, UpOptions } from './shapes.js';

/** What the starter tells the background supervisor. */
export interface DetachedOrder {
  readonly options: Omit<UpOptions, 'onProgress'>;
}

/** What the background supervisor tells its starter, until it is up or has failed. */
export type DetachedWord =
  | { readonly kind: 'progress'; readonly progress: StackProgress }
  | {
      readonly kind: 'up';
      readonly home: string;
      readonly ports: StackPorts;
      readonly urls: StackUrls;
      readonly environment: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };
