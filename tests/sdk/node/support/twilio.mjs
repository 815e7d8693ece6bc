// Twilio as its own published API description has it: a mock that refuses what the description does not
// allow, and a door in front of it that gives Twilio's error answers, which are not in the description.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { answers, freePort } from './processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const description = process.env.LATCHKEY_TWILIO_API ?? resolve(here, '../../../../../shared/data/twilio_api_v2010.json');
const prism = join(here, '../node_modules/@stoplight/prism-cli/dist/index.js');

/** A number that Twilio refuses. */
export const REFUSED = '+14155550121';

/** Starts both; the address to call, and what came through the door: form, headers, and the mock's verdict. */
export async function twilio(running) {
  assert.ok(existsSync(description), `${description} is missing: set LATCHKEY_TWILIO_API to Twilio's twilio_api_v2010.json`);
  const mock = await freePort();
  running.launch(process.execPath, [prism, 'mock', '--errors', '-h', '127.0.0.1', '-p', String(mock), description]);
  const calls = [];
  const port = await running.listen(door(mock, calls));
  await answers(`http://127.0.0.1:${mock}/`);
  return { url: `http://127.0.0.1:${port}`, calls };
}

function door(mock, calls) {
  return createServer((incoming, outgoing) => {
    const parts = [];
    incoming.on('data', (part) => parts.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(parts);
      const form = new URLSearchParams(body.toString());
      const call = { method: incoming.method, path: incoming.url, headers: incoming.headers, form };
      calls.push(call);
      if (form.get('To') === REFUSED) {
        call.status = 400;
        outgoing.writeHead(400, { 'content-type': 'application/json' });
        const message = `The 'To' number ${REFUSED} is not a valid phone number.`;
        outgoing.end(JSON.stringify({ code: 21211, message, more_info: 'https://www.twilio.com/docs/errors/21211', status: 400 }));
        return;
      }
      const on = request(
        { host: '127.0.0.1', port: mock, method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          call.status = answer.statusCode;
          call.violations = answer.headers['sl-violations'];
          outgoing.writeHead(answer.statusCode, answer.headers);
          answer.pipe(outgoing);
        },
      );
      on.end(body);
    });
  });
}
