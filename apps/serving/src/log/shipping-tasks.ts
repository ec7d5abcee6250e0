import type { Shipped } from './ship-folder.js';

/** What the shipping process is asked to do. `objectStore` is a URL. */
export type ShippingTask =
  | { readonly kind: 'ship'; readonly objectStore: string; readonly folder: string }
  | { readonly kind: 'expire'; readonly objectStore: string; readonly keepMilliseconds: number };

/** What it says when the task is done. */
export type ShippingAnswer =
  | ({ readonly kind: 'shipped' } & Shipped)
  | { readonly kind: 'expired'; readonly files: number }
  | { readonly kind: 'failed'; readonly code: NonNullable<Shipped['failure']>['code']; readonly message: string };
