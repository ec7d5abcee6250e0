import { searchAttributes } from '@laurel/contracts';
import { type Client, isGrpcServiceError } from '@temporalio/client';

/** `temporal.api.enums.v1.IndexedValueType`, which the SDK keeps to itself. */
const indexedValueType = { TEXT: 1, KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5, DATETIME: 6, KEYWORD_LIST: 7 } as const;

/** gRPC status ALREADY_EXISTS. */
const alreadyExists = 6;

/** Registers Laurel's typed search attributes with the namespace; harmless when they are there. */
export async function registerSearchAttributes(client: Client): Promise<void> {
  for (const { name, type } of Object.values(searchAttributes)) {
    try {
      await client.connection.operatorService.addSearchAttributes({
        namespace: client.options.namespace,
        searchAttributes: Object.fromEntries([[name, indexedValueType[type]]]),
      });
    } catch (error) {
      if (!isGrpcServiceError(error)) throw error;
      const status: number = error.code;
      if (status !== alreadyExists) throw error;
    }
  }
}
