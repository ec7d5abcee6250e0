/** `sha256:` followed by 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** 32 lower-case hex digits, as in MLflow. */
export type RunId = string;

/** RFC 3339 in UTC, for example `2026-01-31T09:00:00.000Z`. */
export type Timestamp = string;

/** Integer number of a version within its model, starting at 1. */
export type VersionNumber = number;

/** Share of traffic, 0 to 100. */
export type Percent = number;

const digestForm = /^sha256:[0-9a-f]{64}$/;

/** Tells whether `text` is a well-formed digest. */
export function isDigest(text: string): text is Digest {
  return digestForm.test(text);
}

const nameForm = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Tells whether `text` may name a project or an endpoint: a DNS label of at most 63 characters. */
export function isName(text: string): boolean {
  return nameForm.test(text);
}
