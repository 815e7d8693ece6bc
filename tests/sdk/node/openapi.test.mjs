// The description of the Management API is OpenAPI 3.1: by the npm package @seriousme/openapi-schema-validator.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Validator } from '@seriousme/openapi-schema-validator';

import { facts } from './support/server.mjs';

test('what is served at /api/v2/openapi.json is OpenAPI 3.1', async () => {
  const served = await (await fetch(new URL('/api/v2/openapi.json', facts.base_url))).json();
  const { valid, errors } = await new Validator().validate(served);
  assert.ok(valid, JSON.stringify(errors, null, 1));
  assert.ok(Object.keys(served.components.schemas).length > 50);
});
