/** A function from a line to the line without secrets: the given values, passwords in addresses, values behind names that sound secret. */
export function createMask(secrets: readonly string[]): (line: string) => string;

/** The values among `variables` that are secret by their names, and the passwords in those that are addresses. */
export function secretValues(variables: { readonly [name: string]: string | undefined }): readonly string[];
