import type { Role } from '@laurel/ports';
import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/**
 * Who may call a route. `loopback`: anybody while the API is bound to this machine only, a viewer elsewhere.
 */
export type Audience = Role | 'anonymous' | 'loopback';

export const audienceKey = 'laurel:audience';
const keyedKey = 'laurel:keyed';

/** States who may call a route; a route that does not state it is denied to everybody. */
const Allow = (audience: Audience) => SetMetadata(audienceKey, audience);

/** A route in one place: who may call it, what it is for, what it answers. */
export interface RouteSpec {
  readonly allow: Audience;
  readonly summary: string;
  readonly status?: 200 | 201 | 202 | 204 | 302;
  /** Shape of the JSON answer. */
  readonly answer?: z.ZodType;
  /** Media types of an answer that is not JSON. */
  readonly media?: string | readonly string[];
  /** Takes an `Idempotency-Key`. */
  readonly keyed?: boolean;
}

/** Declares a route: access, status and its entry in the OpenAPI document. */
export function Route(spec: RouteSpec): MethodDecorator {
  const status = spec.status ?? 200;
  const decorators = [
    Allow(spec.allow),
    HttpCode(status),
    ApiOperation({ summary: spec.summary, description: `Needs: ${audienceText(spec.allow)}.` }),
    ApiResponse(answerOf(spec, status)),
    ApiResponse({
      status: 'default',
      description: 'A problem document.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }),
  ];
  if (spec.allow !== 'anonymous') decorators.push(ApiBearerAuth());
  if (spec.keyed === true) decorators.push(SetMetadata(keyedKey, true), ApiHeader(idempotencyHeader));
  return applyDecorators(...decorators);
}

const idempotencyHeader = {
  name: 'Idempotency-Key',
  required: false,
  description: 'The same key with the same request gets the same answer; with another request it is refused.',
  schema: { type: 'string' as const, maxLength: 200 },
};

function answerOf(spec: RouteSpec, status: number) {
  if (spec.media !== undefined) {
    const types = typeof spec.media === 'string' ? [spec.media] : spec.media;
    const content = types.map(
      (type) => [type, { schema: type === 'application/json' ? {} : { type: 'string' } }] as const,
    );
    return { status, description: spec.summary, content: Object.fromEntries(content) };
  }
  return spec.answer === undefined
    ? { status, description: spec.summary }
    : { status, description: spec.summary, standardSchema: spec.answer };
}

function audienceText(audience: Audience): string {
  if (audience === 'anonymous') return 'nothing';
  if (audience === 'loopback') return 'nothing while bound to loopback, role viewer elsewhere';
  return `role ${audience}`;
}

/** Tells whether a handler takes an `Idempotency-Key`, so that its answers are kept. */
export function isKeyed(handler: object): boolean {
  return Reflect.getMetadata(keyedKey, handler) === true;
}

/** The audience a handler states; `undefined` when it states none. */
export function audienceOf(handler: object): Audience | undefined {
  return Reflect.getMetadata(audienceKey, handler) as Audience | undefined;
}
