import type { PageQuery } from '@laurel/contracts/schemas';
import type { Page, PageRequest } from '@laurel/ports';

/** The window a query asks for. */
export function pageRequest(query: PageQuery): PageRequest {
  return { size: query.pageSize, token: query.pageToken ?? null };
}

/** A window as it is answered, each item as `show` makes it. */
export function pageAnswer<Item, Shown>(page: Page<Item>, show: (item: Item) => Shown) {
  return { items: page.items.map(show), nextPageToken: page.nextToken };
}

/** For lists whose items are answered as they are. */
export const asIs = <Item>(item: Item): Item => item;
