// An app whose device keeps a key of P-256 (docs/guide/device-keys.md). Nothing but what Node brings along.
import assert from 'node:assert/strict';

import { facts } from './server.mjs';

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const encode = (bytes) => Buffer.from(bytes).toString('base64url');

async function post(path, body, token, more = {}) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }), ...more };
  const answer = await fetch(new URL(path, facts.base_url), { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return JSON.parse(text);
}

export class Device {
  #keys;
  #id;
  #client;

  /** Makes a key, and enrols it by a token of its person, whose language it says. */
  static async enrolled(idToken, name, language = 'en', client = facts.clients.native.client_id) {
    const device = new Device();
    device.#client = client;
    device.#keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', device.#keys.publicKey);
    const typ = 'latchkey-device-enrolment+jwt';
    const proof = await device.#answer('enrol', { typ, jwk: { kty, crv, x, y } }, {});
    ({ id: device.#id } = await post('/device-keys', { name, proof }, idToken, { 'accept-language': language }));
    return device;
  }

  async signIn() {
    const id = this.#id;
    const assertion = await this.#answer('sign_in', { typ: 'latchkey-device+jwt', kid: id }, { iss: id, sub: id });
    return post('/oauth/token', { grant_type: GRANT, client_id: this.#client, assertion });
  }

  /** What the device signs over a challenge of the server, by the server's clock. */
  async #answer(purpose, header, claims) {
    const client_id = this.#client;
    const { challenge, server_time: iat } = await post('/device-keys/challenge', { client_id, purpose });
    const said = { ...claims, aud: facts.issuer, client_id, challenge, iat, exp: iat + 30 };
    const input = [{ ...header, alg: 'ES256' }, said].map((part) => encode(JSON.stringify(part))).join('.');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, this.#keys.privateKey, Buffer.from(input));
    return `${input}.${encode(signature)}`;
  }
}
