import type { Digest } from '@laurel/domain';
import type { WrittenAt } from './given-columns.js';

export interface ArtifactsTable {
  readonly owner: string;
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
  readonly stored_by: string;
  readonly stored_at: WrittenAt;
}

export interface ArtifactUploadsTable {
  readonly id: string;
  readonly owner: string;
  readonly path: string;
  readonly parts: number;
  readonly started_by: string;
  readonly started_at: WrittenAt;
}

export interface ArtifactPartsTable {
  readonly upload: string;
  readonly part: number;
  readonly digest: Digest;
  readonly size: number;
}
