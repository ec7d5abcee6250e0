import type { RegisteredModel, RegisteredVersion, RegistrationStatus } from '@laurel/ports';

const statuses: { readonly [status in RegistrationStatus]: string } = {
  pending: 'PENDING_REGISTRATION',
  ready: 'READY',
  failed: 'FAILED_REGISTRATION',
};

/** A version as MLflow's clients read it; what is not there is left out. */
export function shownVersion(version: RegisteredVersion) {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: Date.parse(version.createdAt),
    last_updated_timestamp: Date.parse(version.updatedAt),
    ...given('user_id', version.userId),
    current_stage: version.stage,
    ...given('description', version.description),
    source: version.source,
    run_id: version.runId ?? '',
    status: statuses[version.status],
    ...given('status_message', version.statusMessage),
    tags: version.tags,
    run_link: version.runLink ?? '',
    aliases: version.aliases,
    ...given('model_id', version.modelId),
  };
}

export function shownModel(model: RegisteredModel) {
  return {
    name: model.name,
    creation_timestamp: Date.parse(model.createdAt),
    last_updated_timestamp: Date.parse(model.updatedAt),
    ...given('user_id', model.userId),
    ...given('description', model.description),
    latest_versions: model.latest.map(shownVersion),
    tags: model.tags,
    aliases: model.aliases.map(({ alias, version }) => ({ alias, version: String(version) })),
  };
}

function given(name: string, value: string | null): { readonly [name: string]: string } {
  return value === null ? {} : { [name]: value };
}
