import { numberParameter, registeredNameParameter } from '@laurel/contracts/schemas';
import { cardMarkdown, type ModelCard, quoted } from '@laurel/domain';
import { Controller, Get, Header, Headers, Inject, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { found, listThem } from '../../http/found.js';
import { mediaTypeFor } from '../../http/media-type.js';
import { Route } from '../../http/route.js';
import { ModelsService } from '../models.service.js';
import { CardsService } from './cards.service.js';
import { cardPage, pagePolicy } from './page.js';
import { RegisteredCardsService } from './registered-cards.service.js';

/** A card in each media type; the first is for whoever does not say. */
const forms = {
  'text/markdown': cardMarkdown,
  'text/html': cardPage,
  'application/json': (card: ModelCard) => card,
} as const;
const mediaTypes = Object.keys(forms) as readonly (keyof typeof forms)[];

@ApiTags('models')
@Controller('api/v1/models/:model/versions/:version/card')
export class CardsController {
  constructor(
    @Inject(ModelsService) private readonly models: ModelsService,
    @Inject(CardsService) private readonly cards: CardsService,
    @Inject(RegisteredCardsService) private readonly registered: RegisteredCardsService,
  ) {}

  @Get()
  @Route({ allow: 'viewer', summary: 'Read the model card of a version', media: mediaTypes })
  @Header('vary', 'accept')
  @Header('content-security-policy', pagePolicy)
  @Header('x-content-type-options', 'nosniff')
  async card(
    @Param('model', { schema: registeredNameParameter }) model: string,
    @Param('version', { schema: numberParameter }) version: number,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const media = mediaTypeFor(accept, mediaTypes);
    const card = await this.cardOf(model, version);
    void reply.header('content-type', `${media}; charset=utf-8`);
    return forms[media](card);
  }

  /** Projects first: their versions are registered for clients too. Error: `NotFound`. */
  private async cardOf(model: string, number: number): Promise<ModelCard> {
    const version = await this.models.find(model, number);
    const card = version === undefined ? await this.registered.find(model, number) : await this.cards.of(version);
    return found(card, `version ${number} of model ${quoted(model)}`, listThem.versions(quoted(model)));
  }
}
