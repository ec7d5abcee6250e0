import { codeVersion, LaurelError } from '@laurel/contracts';
import { problem } from '@laurel/contracts/schemas';
import { type INestApplication, Injectable } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

/** The OpenAPI document of the running application. */
@Injectable()
export class ApiDocument {
  private built: OpenAPIObject | undefined;

  /** Reads the routes of `app`; called once, when the application has been assembled. */
  build(app: INestApplication): void {
    const document = SwaggerModule.createDocument(app, description(), {
      operationIdFactory: (controller, method) => operationId(controller, method),
    });
    const { $schema: _, ...schema } = z.toJSONSchema(z.object(problem.shape));
    document.components = {
      ...document.components,
      schemas: { ...document.components?.schemas, Problem: schema as object },
    };
    this.built = document;
  }

  get(): OpenAPIObject {
    if (this.built === undefined)
      throw new LaurelError('Internal', 'The API document was asked for before it was built.');
    return this.built;
  }
}

function operationId(controller: string, method: string): string {
  const resource = controller.replace(/Controller$/, '');
  return `${method}${resource}`;
}

function description() {
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Laurel control plane')
    .setDescription(
      'Durable delivery of machine-learning models. Errors are RFC 9457 problem documents; long work answers 202 with ' +
        'Location; lists take pageSize and pageToken; writes take Idempotency-Key.',
    )
    .setVersion(codeVersion)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An API key; the first lies in LAUREL_HOME/admin.key.',
    })
    .build();
}
