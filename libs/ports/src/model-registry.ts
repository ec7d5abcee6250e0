import type { Digest, StageRules, Timestamp } from '@laurel/domain';

export interface RegistryTag {
  readonly key: string;
  readonly value: string;
}

/** `pending`: Laurel's gates are at work. `failed`: they refused; `statusMessage` says why. */
export type RegistrationStatus = 'pending' | 'ready' | 'failed';

/** A version as the registry of MLflow's clients knows it. Its content and what the gates found never change. */
export interface RegisteredVersion {
  readonly name: string;
  readonly version: number;
  /** Names the copy of the content that was made when it was registered. */
  readonly id: string;
  readonly source: string;
  readonly runId: string | null;
  readonly runLink: string | null;
  readonly modelId: string | null;
  readonly description: string | null;
  readonly userId: string | null;
  readonly status: RegistrationStatus;
  readonly statusMessage: string | null;
  readonly semver: string | null;
  /** Of the listing of its content, or of its package; `null` until the gates have passed. */
  readonly digest: Digest | null;
  readonly stage: string;
  /** True for a version with a package, which a rollout can promote. */
  readonly packaged: boolean;
  /** True where the model is a Laurel project. */
  readonly managed: boolean;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly tags: readonly RegistryTag[];
  readonly aliases: readonly string[];
}

export interface RegisteredModel {
  readonly name: string;
  readonly description: string | null;
  readonly userId: string | null;
  /** A Laurel project: stages and the aliases of rollouts are not its callers' to give. */
  readonly managed: boolean;
  /** `null` for the default. */
  readonly stageRules: StageRules | null;
  readonly createdAt: Timestamp;
  readonly updatedAt: Timestamp;
  readonly tags: readonly RegistryTag[];
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
  /** The newest version of every stage that has one. */
  readonly latest: readonly RegisteredVersion[];
}

/** One condition of a search; all must hold. `like` is case-sensitive, `ilike` is not; `%` and `_` stand for text and a character. */
export interface RegistryCondition {
  readonly field:
    | { readonly kind: 'name' | 'version' | 'runId' | 'source' }
    | { readonly kind: 'tag'; readonly key: string };
  readonly operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike' | 'in' | 'not in';
  readonly value: string | number | readonly string[];
}

export interface RegistryOrder {
  readonly field: 'name' | 'version' | 'createdAt' | 'updatedAt';
  readonly descending: boolean;
}

export interface RegistrySearch {
  readonly conditions: readonly RegistryCondition[];
  readonly order: readonly RegistryOrder[];
  readonly limit: number;
  readonly offset: number;
  /** Models tagged as prompts, which are no models, instead of the others. */
  readonly prompts: boolean;
}

type VersionKey = { readonly name: string; readonly version: number };

/** What the gates say at the end. */
export type RegistrationEnd =
  | {
      readonly status: 'ready';
      readonly message: string | null;
      readonly semver: string;
      readonly digest: Digest;
      readonly flavor: string;
      readonly signature: unknown;
    }
  | { readonly status: 'failed'; readonly message: string };

/** What the next number of a model's versions is computed from. */
export interface NumberedVersion {
  readonly version: number;
  readonly semver: string;
  readonly flavor: string;
  readonly signature: unknown;
}

/**
 * Registered models and their versions as MLflow's clients see them. Errors: `NotFound`, `AlreadyExists`, `Conflict`
 * (immutable, or changed meanwhile), `Forbidden`. Every write that decides something is audited in the same transaction, under `actor`.
 */
export interface ModelRegistry {
  createModel(model: {
    readonly name: string;
    readonly description: string | null;
    readonly tags: readonly RegistryTag[];
    readonly actor: string;
  }): Promise<RegisteredModel>;
  findModel(name: string): Promise<RegisteredModel | undefined>;
  describeModel(name: string, description: string | null): Promise<RegisteredModel>;
  /** Not for projects: `Forbidden`. */
  renameModel(rename: {
    readonly name: string;
    readonly newName: string;
    readonly actor: string;
  }): Promise<RegisteredModel>;
  /** Not for projects: `Forbidden`. */
  deleteModel(name: string, actor: string): Promise<void>;
  setModelTag(name: string, tag: RegistryTag): Promise<void>;
  deleteModelTag(name: string, key: string): Promise<void>;
  setStageRules(rules: {
    readonly name: string;
    readonly rules: StageRules | null;
    readonly actor: string;
  }): Promise<void>;
  searchModels(search: RegistrySearch): Promise<readonly RegisteredModel[]>;

  /** Takes the next number of the model, which is never given again. */
  createVersion(version: {
    readonly name: string;
    readonly source: string;
    readonly runId: string | null;
    readonly runLink: string | null;
    readonly modelId: string | null;
    readonly description: string | null;
    readonly tags: readonly RegistryTag[];
    readonly actor: string;
  }): Promise<RegisteredVersion>;
  findVersion(key: VersionKey): Promise<RegisteredVersion | undefined>;
  findVersionByAlias(name: string, alias: string): Promise<RegisteredVersion | undefined>;
  /** All versions of a model, newest first. */
  versions(name: string): Promise<readonly RegisteredVersion[]>;
  describeVersion(key: VersionKey, description: string | null): Promise<RegisteredVersion>;
  setVersionTag(key: VersionKey, tag: RegistryTag): Promise<void>;
  deleteVersionTag(key: VersionKey, tag: string): Promise<void>;
  /** Not for versions with a package: `Forbidden`. */
  deleteVersion(key: VersionKey, actor: string): Promise<void>;
  /** Compares with `from`, so that a move that was judged is the one that is made; `archiveOthers` names where the others go. */
  moveStage(
    key: VersionKey,
    move: { readonly from: string; readonly to: string; readonly archiveOthers: string | null; readonly actor: string },
  ): Promise<RegisteredVersion>;
  setAlias(key: VersionKey, alias: string, actor: string): Promise<void>;
  deleteAlias(name: string, alias: string, actor: string): Promise<void>;
  searchVersions(search: RegistrySearch): Promise<readonly RegisteredVersion[]>;

  /** First end wins; a version that has ended stays as it is and is returned. */
  concludeVersion(
    key: VersionKey,
    conclude: (previous: NumberedVersion | undefined) => RegistrationEnd,
  ): Promise<RegisteredVersion>;
  /** Versions that wait for their gates for longer than `milliseconds`. */
  listPending(milliseconds: number): Promise<readonly VersionKey[]>;
}
