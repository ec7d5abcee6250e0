import { nameParameter, numberParameter, releaseNotesBody, releaseNotesView } from '@laurel/contracts/schemas';
import type { ApiKey } from '@laurel/ports';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../http/caller.decorator.js';
import { Route } from '../http/route.js';
import { ReleaseNotesService } from './release-notes.service.js';

@ApiTags('models')
@Controller('api/v1/models/:model/versions/:version/release-notes')
export class ReleaseNotesController {
  constructor(@Inject(ReleaseNotesService) private readonly notes: ReleaseNotesService) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'Show what a version changed', answer: releaseNotesView })
  find(
    @Param('model', { schema: nameParameter }) model: string,
    @Param('version', { schema: numberParameter }) version: number,
  ) {
    return this.notes.of(model, version);
  }

  @Put()
  @Route({ allow: 'operator', summary: 'Write the release notes of a version', answer: releaseNotesView })
  write(
    @Param('model', { schema: nameParameter }) model: string,
    @Param('version', { schema: numberParameter }) version: number,
    @Body({ schema: releaseNotesBody }) { text }: { readonly text: string },
    @Caller() caller: ApiKey,
  ) {
    return this.notes.write({ project: model, version, text, author: caller.name });
  }
}
