import { codeVersion } from '@laurel/contracts';
import { apiKeyCreated, apiKeyView, createApiKeyBody, identity, listOf } from '@laurel/contracts/schemas';
import type { ApiKey, ApiKeys, Audit, Role } from '@laurel/ports';
import { Body, Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../http/caller.decorator.js';
import { found, listThem } from '../http/found.js';
import { Route } from '../http/route.js';
import { tokens } from '../tokens.js';

@ApiTags('api keys')
@Controller('api/v1')
export class ApiKeysController {
  constructor(
    @Inject(tokens.apiKeys) private readonly keys: ApiKeys,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  @Get('me')
  @Route({ allow: 'viewer', summary: 'Show whose key this is', answer: identity })
  me(@Caller() caller: ApiKey) {
    return { name: caller.name, role: caller.role, version: codeVersion };
  }

  @Get('api-keys')
  @Route({ allow: 'admin', summary: 'List API keys', answer: listOf(apiKeyView) })
  async list() {
    return { items: await this.keys.list() };
  }

  /** Takes no `Idempotency-Key`: the stored answer would keep the secret. */
  @Post('api-keys')
  @Route({ allow: 'admin', summary: 'Make an API key', status: 201, answer: apiKeyCreated })
  async create(
    @Body({ schema: createApiKeyBody }) body: { readonly name: string; readonly role: Role },
    @Caller() caller: ApiKey,
  ) {
    const created = await this.keys.create(body);
    await this.audit.append({
      actor: caller.name,
      action: 'apiKey.created',
      subject: created.key.id,
      detail: { name: body.name, role: body.role },
    });
    return created;
  }

  @Delete('api-keys/:key')
  @Route({ allow: 'admin', summary: 'Revoke an API key', status: 204 })
  async revoke(@Param('key') id: string, @Caller() caller: ApiKey): Promise<void> {
    found(
      (await this.keys.list()).find((key) => key.id === id),
      `API key "${id}"`,
      listThem.keys,
    );
    await this.keys.revoke(id);
    await this.audit.append({ actor: caller.name, action: 'apiKey.revoked', subject: id, detail: {} });
  }
}
