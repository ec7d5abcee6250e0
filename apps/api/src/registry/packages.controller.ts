import { proofFiles } from '@laurel/contracts';
import { nameParameter, numberParameter, packageFileQuery, packageVerification } from '@laurel/contracts/schemas';
import type { Packages } from '@laurel/ports';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';
import { ModelsService } from './models.service.js';

/** The signed package of a version. */
@ApiTags('models')
@Controller('api/v1/models/:model/versions/:version/package')
export class PackagesController {
  constructor(
    @Inject(tokens.packages) private readonly packages: Pick<Packages, 'read' | 'verify'>,
    @Inject(ModelsService) private readonly models: ModelsService,
  ) {}

  @Get('verification')
  @Route({ allow: 'viewer', summary: 'Verify every byte of its package', answer: packageVerification })
  async verify(
    @Param('model', { schema: nameParameter }) model: string,
    @Param('version', { schema: numberParameter }) version: number,
  ) {
    const { digest } = await this.models.version(model, version);
    const { signedBy, manifest } = await this.packages.verify(digest);
    return { digest, signedBy, files: manifest.files, proofs: Object.values(proofFiles) };
  }

  @Get('file')
  @Route({ allow: 'viewer', summary: 'Download a file of its package', media: 'application/octet-stream' })
  async file(
    @Param('model', { schema: nameParameter }) model: string,
    @Param('version', { schema: numberParameter }) version: number,
    @Query({ schema: packageFileQuery }) { path }: { readonly path: string },
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { digest } = await this.models.version(model, version);
    const bytes = await this.packages.read(digest, path);
    reply.header('content-type', 'application/octet-stream');
    reply.header('content-disposition', 'attachment');
    reply.header('x-content-type-options', 'nosniff');
    return Buffer.from(bytes);
  }
}
