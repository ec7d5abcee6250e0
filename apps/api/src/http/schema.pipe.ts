import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { invalidInput } from './problem.js';

type Issues = Parameters<typeof invalidInput>[0];

/** What Nest's pipe found wrong, before it is known in which parameter. */
class Malformed extends Error {
  constructor(readonly issues: Issues) {
    super('malformed');
  }
}

/** Checks what a request says by the schema of each parameter; names the parameter too. Error: `InvalidInput`. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => new Malformed(issues) });
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const within = metadata.data === undefined ? [] : [metadata.data];
      throw invalidInput(error.issues.map(({ message, path = [] }) => ({ message, path: [...within, ...path] })));
    }
  }
}
