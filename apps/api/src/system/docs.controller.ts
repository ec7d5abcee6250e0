import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectJsonSchema } from '@laurel/contracts/schemas';
import { Controller, Get, Inject, Param, Redirect, Res, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { found } from '../http/found.js';
import { Route } from '../http/route.js';
import { ApiDocument } from './api-document.js';

const require = createRequire(import.meta.url);

/** The files of Swagger UI that the page needs, and their media types; nothing else of that package is served. */
const assets: { readonly [file: string]: string } = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Laurel API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: true });\n`;

@ApiTags('system')
@Controller()
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @Get()
  @Redirect('/docs', 302)
  @Route({ allow: 'loopback', summary: 'Go to the documentation', status: 302 })
  root(): void {}

  @Get('openapi.json')
  @Route({ allow: 'loopback', summary: 'This document', media: 'application/json' })
  openApi() {
    return this.document.get();
  }

  @Get('schemas/model-project.json')
  @Route({ allow: 'loopback', summary: 'JSON Schema of the project file', media: 'application/schema+json' })
  projectSchema(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('content-type', 'application/schema+json; charset=utf-8');
    return JSON.stringify(projectJsonSchema());
  }

  @Get('docs')
  @Route({ allow: 'loopback', summary: 'Documentation for people', media: 'text/html' })
  docs(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    });
    return page;
  }

  @Get('docs/start.js')
  @Route({ allow: 'loopback', summary: 'Script of the documentation', media: 'text/javascript' })
  startScript(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('content-type', 'text/javascript; charset=utf-8');
    return start;
  }

  @Get('docs/assets/:file')
  @Route({ allow: 'loopback', summary: 'File of the documentation', media: 'application/octet-stream' })
  asset(@Param('file') file: string) {
    const type = found(Object.hasOwn(assets, file) ? assets[file] : undefined, `file "${file}"`, 'open /docs');
    const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
    return new StreamableFile(createReadStream(join(folder, file)), { type });
  }
}
