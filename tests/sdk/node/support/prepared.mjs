// A server of its own for the suites of pages: it has the limits of production, and clients in every state
// that a page tells of. Import it before anything that reads the facts of the server.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const binary = process.env.LATCHKEY_BINARY;
if (!binary) throw new Error('LATCHKEY_BINARY is not set: run this by cargo xtask sdk');
const folder = mkdtempSync(join(tmpdir(), 'latchkey-pages-'));

/** Clients that something is wrong with, by what it is. Each has only the ways in that are named. */
export const CLIENTS = {
  /** Only a phone number, in one country, of people who are here already. */
  closed: 'walk-closed',
  /** Only an email address, or a passkey. */
  mail: 'walk-mail',
  /** No way in. */
  none: 'walk-none',
  /** A passkey, and nothing else. */
  members: 'walk-members',
  /** An email address; whoever has a passkey needs it. */
  strict: 'walk-strict',
};

/** An app where people of the connection of `mail` sign up. */
export const APP = 'walk-app';

/** An app whose people may have keys of devices, beside which codes are weaker. */
export const PHONE_APP = 'walk-phone';

/** Numbers of the client `closed`. */
export const NUMBERS = { blocked: '+14155559001', unknown: '+14155559002', abroad: '+491711234567' };

/** An API that the demo page may ask for. */
export const API = 'https://invoices.example/';

/** Where those clients want their answers. Nothing is there: none gets one. */
export const NOWHERE = 'https://app.example/cb';

function prepare() {
  const env = { ...process.env, LATCHKEY__STORE__URL: `sqlite:${join(folder, 'latchkey.db')}`, LATCHKEY__SERVER__TENANT: 'dev' };
  const latchkey = (...args) => execFileSync(binary, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const client = (id, type, name, ...more) => latchkey(
    'clients', 'create', id, '--type', type, '--name', name, '--callback', NOWHERE, ...more,
  );
  const connect = (name, strategy, clients, ...options) => latchkey(
    'connections', 'create', name, '--strategy', strategy, '--option', 'provider=inbox',
    ...clients.flatMap((id) => ['--client', id]), ...options.flatMap((option) => ['--option', option]),
  );
  // Where these two are there, development mode opens them to no other client.
  client('demo-native', 'native', 'Demo app');
  client('demo-spa', 'spa', 'Demo page', '--audience', `${API}=read:invoices`);
  connect('sms', 'sms', ['demo-native', 'demo-spa'], 'template=Your code for @@application.name@@ is: @@password@@');
  connect('email', 'email', ['demo-native', 'demo-spa'], 'from=Latchkey <codes@latchkey.example>');
  for (const id of Object.values(CLIENTS)) client(id, 'spa', 'Acme');
  client(APP, 'native', 'Acme');
  client(PHONE_APP, 'native', 'Acme', '--device-keys', 'true');
  connect('walk-closed', 'sms', [CLIENTS.closed], 'disable_signup=true', 'latchkey.auth0_oracles=true', 'latchkey.countries=["US"]');
  connect('walk-mail', 'email', [CLIENTS.mail, APP], 'from=Acme <codes@acme.example>', 'authentication_methods.passkey.enabled=true');
  latchkey('connections', 'create', 'walk-members', '--strategy', 'auth0', '--client', CLIENTS.members, '--option', 'authentication_methods.passkey.enabled=true');
  connect('walk-devices', 'email', [PHONE_APP], 'from=Acme <codes@acme.example>', 'latchkey.codes_beside_passkeys=weaker');
  connect('walk-strict', 'email', [CLIENTS.strict], 'from=Acme <codes@acme.example>', 'authentication_methods.passkey.enabled=true', 'latchkey.codes_beside_passkeys=refused');
  const user = JSON.parse(latchkey('users', 'create', '--connection', 'walk-closed', '--phone-number', NUMBERS.blocked, '--json'));
  latchkey('users', 'block', user.user_id);
}

/** With the authority of the suite's own server, since this process trusts that one. */
function start() {
  const from = dirname(process.env.LATCHKEY_DEV_JSON);
  for (const name of ['ca.pem', 'ca.key.pem', 'server.pem', 'server.key.pem']) copyFileSync(join(from, name), join(folder, name));
  writeFileSync(join(folder, 'clock'), '0');
  const log = openSync(join(folder, 'server.log'), 'w');
  const server = spawn(
    binary, ['dev', '--dir', folder, '--port', '0', '--tls-port', '0', '--limits', '--clock-file', join(folder, 'clock')],
    { stdio: ['ignore', log, log] },
  );
  process.on('exit', () => {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
  // Without `await`: modules that are imported after this one do not wait for one that does.
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; !existsSync(join(folder, 'dev.json')); tries += 1) {
    if (tries > 300) throw new Error(`the server wrote no dev.json:\n${readFileSync(join(folder, 'server.log'), 'utf8')}`);
    Atomics.wait(pause, 0, 0, 100);
  }
  server.unref();
}

prepare();
start();
process.env.LATCHKEY_DEV_JSON = join(folder, 'dev.json');
process.env.LATCHKEY_CLOCK_FILE = join(folder, 'clock');
