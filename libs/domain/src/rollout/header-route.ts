/** What a header's value must be. A regular expression may match anywhere in it: anchor it with `^` and `$`. */
export type HeaderValue = { readonly exact: string } | { readonly prefix: string } | { readonly regex: string };

/** A condition on one header, whose name is compared without regard to case. */
export interface HeaderMatch {
  readonly headerName: string;
  readonly headerValue: HeaderValue;
}

/**
 * Requests that satisfy one of `match` go to the challenger, whatever its weight. Without `match` the route of that name
 * is removed. Field names are those of Argo Rollouts' `setHeaderRoute`.
 */
export interface HeaderRoute {
  readonly name: string;
  readonly match?: readonly HeaderMatch[];
}
