// <latchkey-login>: sign-in by a code, a link or a passkey on a page of your own. Guide: docs/guide/widget.md.
//
// The element is always in one of these states, which its attribute `state` shows:
//
//   identify   asks for the address        start()  -> sending
//   sending    /passwordless/start         sent     -> code,  refused -> where it was
//   code       asks for the code           submit() -> checking,  send again -> sending
//   checking   /co/authenticate, then /authorize and /oauth/token
//                                          signed in -> done,  wrong code -> code,  else -> identify
//   (a passkey goes from identify to checking, then by /passkey/challenge and /oauth/token to done or back; the
//   list of the browser at the field waits in identify, and is closed by whatever leads away from there)
//   done       says so; reset() leads back to identify from anywhere
//
// Codes, tickets and tokens are in no storage. What a redirect or a link needs on its way back (the PKCE
// verifier and the nonce) waits in the browser's storage under `latchkey:<state>` and is used once.

// The server's texts in English, for the time until others arrive. A test compares the two.
const ENGLISH = {
  "tag": "en",
  "dir": "ltr",
  "texts": {
    "identify_title": "Sign in",
    "identify_phone_label": "Phone number",
    "identify_phone_hint": "With country code, such as +1 415 555 0100",
    "identify_email_label": "Email address",
    "identify_submit": "Continue",
    "identify_use_phone": "Use a phone number instead",
    "identify_use_email": "Use an email address instead",
    "identify_use_passkey": "Use a passkey",
    "identify_privacy": "We send you a code. No password needed.",
    "code_title": "Enter your code",
    "code_lead_careful": "If {address} can receive messages, a code is on its way.",
    "code_label": "Code",
    "code_submit": "Sign in",
    "code_resend": "Send a new code",
    "code_resend_wait": {
      "one": "You can ask for a new code in {seconds} second",
      "other": "You can ask for a new code in {seconds} seconds"
    },
    "code_resent": "Code sent again",
    "code_change_phone": "Change number",
    "code_change_email": "Change email address",
    "link_wait_title": "Check your email",
    "link_wait_here": "If {address} can receive messages, an email with a link is on its way. Open the link in this browser.",
    "link_wait_code": "or enter the code from the email",
    "link_elsewhere_title": "Signed in",
    "error_wrong_code_phone": "That code is not right. Check our latest text message and try again.",
    "error_wrong_code_email": "That code is not right. Check our latest email and try again.",
    "error_code_expired": "This code has expired. Ask for a new one.",
    "error_no_tries_left": "Too many wrong tries: this code no longer works. Ask for a new one.",
    "error_too_many_attempts": {
      "one": "Too many attempts. Wait {minutes} minute, then try again.",
      "other": "Too many attempts. Wait {minutes} minutes, then try again."
    },
    "error_passkey": "The passkey was not accepted. Try again, or use a code.",
    "error_no_passkey": "No passkey was used. Try again, or use a code.",
    "error_bad_phone": "Enter a phone number with its country code, such as +1 415 555 0100.",
    "error_bad_email": "Enter a full email address, such as name@example.com.",
    "error_number_without_texts": "This number cannot receive text messages. Enter a different number.",
    "error_country_not_allowed": "We do not send messages to numbers in this country. Enter a different number.",
    "error_not_sent": "We could not send the message. Try again in a few minutes.",
    "error_no_answer": "The server does not answer. Check your internet connection and try again.",
    "error_page_expired": "This page has expired. Go back to the app and start again.",
    "error_cookies_needed": "Signing in needs cookies. Allow them for this site in your browser’s settings, then go back to the app and start again.",
    "error_no_way_in": "There is no way to sign in to this app at the moment. Please tell the app’s support.",
    "error_server": "Something went wrong on our side. Try again in a moment. If it keeps happening, give support this reference: {request_id}",
    "error_sign_up_closed": "You do not have an account here, and new accounts cannot be made at the moment. Ask the app’s support for access.",
    "error_blocked": "This account is blocked. Contact the app’s support."
  }
};
// end of the texts
const LANGUAGES = ['en', 'es', 'de', 'fr', 'pt', 'it', 'nl', 'pl', 'ja', 'zh-Hans', 'ar', 'hi'];

const OTP = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const WEBAUTHN = 'urn:okta:params:oauth:grant-type:webauthn';
// Seconds between two messages to an address, as the server wants them: after the first, the second, ...
const GAPS = [60, 120, 300, 600, 1800];
// Ours among the states that a page's URL may carry.
const OURS = 'lk.';
const KEY = 'latchkey:';
// Milliseconds that a link or a redirect may take to come back.
const BACK = 3_600_000;
// Milliseconds that a list of passkeys is open. The server's challenge ends after five minutes.
const LIST = 240_000;
const ATTRIBUTES = [
  'domain', 'client-id', 'redirect-uri', 'scope', 'audience', 'connection', 'send', 'response-mode', 'login-hint', 'theme',
  'passkeys',
];

/** What went wrong: `code` for programs, `message` for people, `description` for developers. */
export class LatchkeyError extends Error {
  name = 'LatchkeyError';

  constructor(code, description = '', more = {}) {
    super(description || code);
    this.code = code;
    this.description = description;
    Object.assign(this, more);
  }
}

const STYLE = `
:host { display: block; width: 100%; max-width: var(--latchkey-width, 24rem); box-sizing: border-box;
  --ink: var(--latchkey-ink, #16191f); --quiet: var(--latchkey-quiet, #566070); --field: var(--latchkey-field, #fff);
  --line: var(--latchkey-line, #7a8494); --accent: var(--latchkey-accent, #1d5bd6);
  --on-accent: var(--latchkey-on-accent, #fff); --error: var(--latchkey-error, #b3261e);
  --radius: var(--latchkey-radius, .4rem); --gap: var(--latchkey-gap, 1rem); }
:host([hidden]) { display: none; }
:host([theme=light]) { color-scheme: light; }
:host([theme=dark]) { color-scheme: dark; }
@supports (color: light-dark(red, red)) {
  :host { --ink: var(--latchkey-ink, light-dark(#16191f, #e9ecf1)); --quiet: var(--latchkey-quiet, light-dark(#566070, #a4adba));
    --field: var(--latchkey-field, light-dark(#fff, #14171c)); --line: var(--latchkey-line, light-dark(#7a8494, #7f8998));
    --accent: var(--latchkey-accent, light-dark(#1d5bd6, #8ab4ff)); --on-accent: var(--latchkey-on-accent, light-dark(#fff, #10131a));
    --error: var(--latchkey-error, light-dark(#b3261e, #ffb4ab)); }
}
* { box-sizing: border-box; }
[hidden], .error:empty, .status:empty { display: none !important; }
.root { font: 1rem/1.5 var(--latchkey-font, system-ui, sans-serif); color: var(--ink); text-align: start; overflow-wrap: anywhere; }
h2 { font-size: 1.5em; line-height: 1.25; margin: 0 0 var(--gap); }
p { margin: 0; text-wrap: pretty; }
.lead { margin-block-end: var(--gap); }
form { display: grid; gap: var(--gap); margin: 0 0 var(--gap); }
.field { display: grid; gap: .35em; }
label { font-weight: 600; }
input { font: inherit; font-size: max(1em, 16px); width: 100%; min-width: 0; padding: .6em .75em; color: inherit;
  background: var(--field); border: 1px solid var(--line); border-radius: var(--radius); }
.root[dir=rtl] input { text-align: right; }
input.code { font: 600 1.35em/1.4 ui-monospace, monospace; letter-spacing: .15em; }
[aria-invalid=true] { border-color: var(--error); }
.hint, .status { color: var(--quiet); font-size: .9em; }
.error { color: var(--error); }
button { font: inherit; font-weight: 600; cursor: pointer; border-radius: var(--radius); min-height: 2.75em; }
.submit { color: var(--on-accent); background: var(--accent); border: 1px solid transparent; padding: .55em 1em; }
.plain { font-weight: 500; color: var(--accent); background: none; border: 0; padding: .25em 0; text-align: start; text-decoration: underline; display: block; }
[aria-busy=true] button { opacity: .65; cursor: progress; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h2:focus { outline: none; }
`;

let sheet;

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const sha256 = async (text) =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))));

// As people type: spaces and invisible marks anywhere, the digits of their keyboard.
const word = (text) => String(text).replace(/[\s\p{Cf}]/gu, '');
const digits = (text) =>
  word(text)
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]/g, (digit) => {
      const code = digit.codePointAt(0);
      // Only the Devanagari zero does not end in a hexadecimal 0.
      return code > 0x960 && code < 0xff00 ? code - 0x966 : code & 15;
    })
    .replace(/\uff0b/g, '+')
    .replace(/[-.()/\u2010-\u2015]/g, '');
const phone = (text) => digits(text).replace(/^00/, '+');

/** The first language that there are texts in; each tag is shortened from its end. */
export function negotiate(tags) {
  for (const tag of tags) {
    const parts = tag.toLowerCase().replace(/_/g, '-').split('-');
    for (let length = parts.length; length; length -= 1) {
      const shorter = parts.slice(0, length).join('-');
      const found = LANGUAGES.find((known) => known.toLowerCase() === shorter);
      if (found) return found;
    }
    const variety = LANGUAGES.find((known) => known.split('-')[0] === parts[0]);
    if (variety) return variety;
  }
  return 'en';
}

const arriving = new Map();

// A language, asked for once by all elements of the page. `null` where there is none: English stays.
function texts(base, tag) {
  if (tag === 'en') return Promise.resolve(ENGLISH);
  const url = `${base}/widget/texts/${tag}.json`;
  if (!arriving.has(url)) {
    const read = fetch(url).then((answer) => (answer.ok ? answer.json() : null));
    arriving.set(url, read.catch(() => arriving.delete(url) && null));
  }
  return arriving.get(url);
}

// Elements are made one by one: markup from text would need a policy where a page has Trusted Types.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

function claims(token) {
  return JSON.parse(new TextDecoder().decode(bytes(token.split('.')[1])));
}

function keep(storage, state, transaction) {
  try {
    for (const key of Object.keys(storage)) {
      if (key.startsWith(KEY) && !(JSON.parse(storage[key]).until > Date.now())) delete storage[key];
    }
    storage[KEY + state] = JSON.stringify({ ...transaction, until: Date.now() + BACK });
    return true;
  } catch {
    return false;
  }
}

function take(state) {
  for (const name of ['sessionStorage', 'localStorage']) {
    try {
      const text = window[name][KEY + state];
      delete window[name][KEY + state];
      if (text && JSON.parse(text).until > Date.now()) return JSON.parse(text);
    } catch {
      // A browser may forbid its storage: then nothing waits there.
    }
  }
  return null;
}

export class LatchkeyLogin extends HTMLElement {
  static observedAttributes = ['lang', 'connection', 'login-hint', 'domain', 'passkeys'];

  #root = make('div', { class: 'root', part: 'root' });
  #view = make('div', { part: 'view' });
  #status = make('p', { class: 'status', part: 'status', role: 'status', 'aria-live': 'polite' });
  #state = 'identify';
  #texts = ENGLISH;
  #channel = '';
  #address = '';
  #link = false;
  #sent = 0;
  #again = 0;
  #tick = 0;
  // Grows with every reset: what was under way before it has no say any more.
  #round = 0;
  // Ends the list of passkeys that is open, if one is.
  #list = null;
  #waiting = [];

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    shadow.adoptedStyleSheets = [sheet];
    this.#root.append(make('slot', { name: 'header' }), this.#view, this.#status, make('slot', { name: 'footer' }));
    shadow.append(this.#root);
  }

  connectedCallback() {
    for (const name of ATTRIBUTES.map(camel)) {
      // Set before the element was defined.
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    this.#speak();
    this.#show('identify');
    this.#resume();
  }

  disconnectedCallback() {
    this.#abandon('The element was removed');
  }

  attributeChangedCallback(name) {
    if (!this.isConnected) return;
    if (name === 'lang' || name === 'domain') this.#speak();
    else if (this.#state === 'identify') {
      this.#draw();
      this.#offer();
    }
  }

  /** identify, sending, code, checking or done. */
  get state() {
    return this.#state;
  }

  /** Sends a code to a phone number or an email address. */
  async start(address) {
    const channel = String(address).includes('@') ? 'email' : 'sms';
    if (this.#channels.some((known) => known.channel === channel)) this.#channel = channel;
    return this.#send(address);
  }

  /** Proves the code. Resolves with the tokens; in the response mode `redirect` the page goes away. */
  async submit(code) {
    const round = this.#round;
    try {
      if (this.#state !== 'code') throw new LatchkeyError('no_code_sent', 'call start(address) first');
      const otp = digits(code);
      if (!/^\d{4,10}$/.test(otp)) throw new LatchkeyError('invalid_code', '', { at: 'code' });
      this.#move('checking');
      return await this.#prove(otp, round);
    } catch (error) {
      return this.#refuse(error, round);
    }
  }

  /** Signs in by a passkey, of this device or of a phone beside it. Resolves with the tokens. */
  async usePasskey() {
    const round = this.#round;
    try {
      if (this.#state !== 'identify') throw new LatchkeyError('busy', `not while ${this.#state}`);
      if (!window.PublicKeyCredential) throw new LatchkeyError('no_passkeys', 'this browser has none', { at: 'passkey' });
      this.#move('checking');
      return await this.#byPasskey(await this.#passkey(), round);
    } catch (error) {
      return this.#refuse(error, round);
    }
  }

  /** Back to the first question; what is under way is dropped. */
  reset() {
    this.#abandon('The sign-in was reset');
    this.#address = '';
    this.#sent = 0;
    this.#again = 0;
    this.#say('');
    this.#show('identify');
  }

  /** The tokens of the next sign-in. Rejected by `reset()` and when the element is removed. */
  signIn() {
    this.focus();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  // ---- what is set ----

  get #base() {
    const given = this.domain;
    if (!given || !this.clientId) throw new LatchkeyError('configuration', 'domain and client-id are needed');
    const url = new URL(given.includes('://') ? given : `https://${given}`);
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
    if (url.protocol !== 'https:' && !local) throw new LatchkeyError('configuration', 'domain must be reached by https');
    return url.origin;
  }

  /** `sms`, `email`, or a name of one's own after `sms=` or `email=`; the first one is shown first. */
  get #channels() {
    const words = (this.connection || 'sms email').split(/[\s,]+/).filter(Boolean);
    const known = words.map((text) => text.split('=')).map(([channel, name = channel]) => ({ channel, name }));
    return known.filter(({ channel }) => channel === 'sms' || channel === 'email');
  }

  get #connection() {
    const channels = this.#channels;
    return channels.find(({ channel }) => channel === this.#channel) ?? channels[0] ?? { channel: 'sms', name: 'sms' };
  }

  get #redirectUri() {
    return this.redirectUri ? new URL(this.redirectUri, location.href).href : location.origin + location.pathname;
  }

  get #request() {
    return {
      response_type: 'code',
      redirect_uri: this.#redirectUri,
      scope: this.scope || 'openid profile email phone',
      ...(this.audience && { audience: this.audience }),
    };
  }

  // ---- talking to the server ----

  async #post(path, body, at, options = {}) {
    const url = this.#base + path;
    let answer;
    let text;
    try {
      answer = await fetch(url, {
        method: 'POST',
        body: JSON.stringify(body),
        cache: 'no-store',
        signal: AbortSignal.timeout(30_000),
        ...options,
        headers: { 'content-type': 'application/json', ...options.headers },
      });
      text = await answer.text();
    } catch {
      throw new LatchkeyError('no_answer', `${url} cannot be reached, or the origin of this page is not registered`, { at });
    }
    let parsed = {};
    try {
      parsed = JSON.parse(text);
    } catch {
      // Some refusals are plain text.
    }
    if (answer.ok) return parsed;
    const seconds = Number(answer.headers.get('retry-after'))
      || Number(answer.headers.get('x-ratelimit-reset')) - Date.now() / 1000;
    throw new LatchkeyError(parsed.error ?? `http_${answer.status}`, parsed.error_description ?? text.slice(0, 200), {
      at,
      status: answer.status,
      wait: Math.max(1, Math.ceil(seconds) || 60),
      requestId: answer.headers.get('x-auth0-requestid') ?? '',
    });
  }

  async #send(address) {
    const round = this.#round;
    const before = this.#state;
    try {
      if (before !== 'identify' && before !== 'code') throw new LatchkeyError('busy', `not while ${before}`);
      const { channel, name } = this.#connection;
      const sms = channel === 'sms';
      const to = sms ? phone(address) : word(address);
      if (!(sms ? /^\+[1-9]\d{5,14}$/ : /^[^@]+@[^@]+\.[^@.]+$/).test(to)) {
        throw new LatchkeyError(sms ? 'bad.phone_number' : 'bad.email', '', { at: 'start' });
      }
      this.#move('sending');
      const asked = !sms && this.send === 'link' ? await this.#linkRequest() : null;
      await this.#post('/passwordless/start', {
        client_id: this.clientId,
        connection: name,
        [sms ? 'phone_number' : 'email']: to,
        send: asked ? 'link' : 'code',
        ...(asked && { authParams: asked }),
      }, 'start', { headers: { 'x-request-language': this.#texts.tag } });
      if (round !== this.#round) return;
      const again = before === 'code' && to === this.#address;
      this.#address = to;
      this.#channel = channel;
      this.#link = Boolean(asked);
      this.#again = Date.now() + GAPS[Math.min(this.#sent, GAPS.length - 1)] * 1000;
      this.#sent += 1;
      // The old code is of no use any more.
      if (again) this.#view.querySelector('input').value = '';
      this.#show('code', this.#hasFocus);
      this.#say(again ? this.#text('code_resent') : '');
      this.#tell('latchkey-sent', { address: to, channel, link: this.#link });
    } catch (error) {
      await this.#refuse(error, round, before);
    }
  }

  // What the person's authenticator answers to a challenge of the server.
  async #passkey(more = {}) {
    const begun = await this.#post('/passkey/challenge', { client_id: this.clientId }, 'passkey');
    const { auth_session, authn_params_public_key: asked } = begun;
    const publicKey = { ...asked, challenge: bytes(asked.challenge) };
    const given = await navigator.credentials.get({ publicKey, ...more })
      .catch((error) => Promise.reject(new LatchkeyError('no_passkey', error.message, { at: 'passkey' })));
    const text = (name) => given.response[name] && base64url(new Uint8Array(given.response[name]));
    const response = Object.fromEntries(
      ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'].map((name) => [name, text(name)]),
    );
    return { auth_session, authn_response: { id: given.id, rawId: given.id, type: given.type, response } };
  }

  async #byPasskey(answer, round) {
    const { scope, audience } = this.#request;
    const asked = { grant_type: WEBAUTHN, client_id: this.clientId, ...answer, scope, audience };
    return this.#accept(await this.#post('/oauth/token', asked, 'passkey'), undefined, round);
  }

  // Passkeys in the list of the browser at the field. Without them, everything is as it would be.
  async #offer() {
    if (!this.#lists) return this.#withdraw();
    if (this.#list) return;
    const round = this.#round;
    const { signal } = (this.#list = new AbortController());
    setTimeout(() => signal.aborted || (this.#withdraw(), this.#offer()), LIST);
    let answer;
    try {
      if (!(await PublicKeyCredential.isConditionalMediationAvailable())) return;
      answer = await this.#passkey({ signal, mediation: 'conditional' });
    } catch {
      return;
    }
    try {
      this.#move('checking');
      await this.#byPasskey(answer, round);
    } catch (error) {
      this.#refuse(error, round).catch(() => {});
    }
  }

  #withdraw() {
    this.#list?.abort();
    this.#list = null;
  }

  async #begin() {
    if (!crypto.subtle) throw new LatchkeyError('configuration', 'the page must be reached by https');
    const transaction = { nonce: random(), verifier: random(), redirectUri: this.#redirectUri, clientId: this.clientId };
    const request = {
      ...this.#request,
      state: OURS + random(),
      nonce: transaction.nonce,
      code_challenge: await sha256(transaction.verifier),
      code_challenge_method: 'S256',
    };
    return { request, transaction };
  }

  // What a link leads back with. Without storage nothing could take it up: then the mail holds a code only.
  async #linkRequest() {
    const { request, transaction } = await this.#begin();
    return keep(localStorageOrNone(), request.state, transaction) ? request : null;
  }

  async #prove(otp, round) {
    const redirect = this.responseMode === 'redirect';
    const { name } = this.#connection;
    const { request, transaction } = await this.#begin();
    if (!redirect && new URL(transaction.redirectUri).origin !== location.origin) {
      throw new LatchkeyError('configuration', 'redirect-uri must be of the origin of this page', { at: 'authorize' });
    }
    const { login_ticket, co_verifier } = await this.#post('/co/authenticate', {
      client_id: this.clientId, credential_type: OTP, realm: name, username: this.#address, otp,
    }, 'code', { credentials: 'include' });
    if (round !== this.#round) throw new LatchkeyError('reset');
    const url = new URL('/authorize', this.#base);
    const further = redirect ? {} : { response_mode: 'web_message', prompt: 'none' };
    const query = { client_id: this.clientId, ...request, ...further, realm: name, login_ticket, co_verifier };
    url.search = new URLSearchParams(query);
    if (redirect) {
      if (!keep(sessionStorage, request.state, transaction)) {
        throw new LatchkeyError('configuration', 'this browser keeps nothing for this page', { at: 'authorize' });
      }
      location.assign(url);
      return new Promise(() => {});
    }
    const code = await this.#listen(url, request.state);
    return this.#exchange(code, transaction, round);
  }

  /** The answer of `/authorize`, posted by a hidden frame. Only that frame of that origin is heard. */
  #listen(url, state) {
    return new Promise((resolve, reject) => {
      const frame = make('iframe', { hidden: true, title: 'Latchkey', src: url.href });
      let timer;
      const end = (settle, value) => {
        clearTimeout(timer);
        removeEventListener('message', hear);
        frame.remove();
        settle(value);
      };
      const silent = () => end(reject, new LatchkeyError('no_answer',
        'no message came from /authorize: is redirect-uri a callback, is its origin a web origin of the client, '
        + 'and does the policy of this page allow frames of the domain?', { at: 'authorize' }));
      const hear = ({ origin, source, data }) => {
        if (origin !== url.origin || source !== frame.contentWindow) return;
        if (data?.type !== 'authorization_response' || data.response?.state !== state) return;
        const { error, error_description, code } = data.response;
        if (code) end(resolve, code);
        else end(reject, new LatchkeyError(error, error_description, { at: 'authorize' }));
      };
      addEventListener('message', hear);
      timer = setTimeout(silent, 20_000);
      frame.addEventListener('load', () => {
        clearTimeout(timer);
        timer = setTimeout(silent, 3_000);
      });
      this.shadowRoot.append(frame);
    });
  }

  async #exchange(code, { verifier, nonce, redirectUri }, round) {
    const tokens = await this.#post('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: this.clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }, 'token');
    return this.#accept(tokens, nonce, round);
  }

  #accept(tokens, nonce, round) {
    if (round !== this.#round) throw new LatchkeyError('reset');
    if (tokens.id_token) {
      // OpenID Connect Core section 3.1.3.7; the signature's work is done by TLS.
      const { nonce: said, aud, iss } = claims(tokens.id_token);
      const base = this.#base;
      const ours = !base.startsWith('https:') || iss === `${base}/`;
      if (said !== nonce || ![aud].flat().includes(this.clientId) || !ours) {
        throw new LatchkeyError('invalid_token', 'the id_token is not for this sign-in', { at: 'token' });
      }
    }
    this.#show('done', this.#hasFocus);
    for (const { resolve } of this.#waiting.splice(0)) resolve(tokens);
    this.#tell('latchkey-signed-in', tokens);
    return tokens;
  }

  /** Takes up what a redirect or a link brought back in the page's URL. */
  async #resume() {
    const url = new URL(location.href);
    const { state, code, error, error_description } = Object.fromEntries(url.searchParams);
    if (!state?.startsWith(OURS)) return;
    for (const name of ['state', 'code', 'error', 'error_description', 'iss']) url.searchParams.delete(name);
    history.replaceState(history.state, '', url);
    const round = this.#round;
    const transaction = take(state);
    this.#move('checking');
    // The page's own scripts come first: they may listen for what follows.
    await new Promise((resolve) => {
      if (document.readyState === 'complete') setTimeout(resolve);
      document.addEventListener('DOMContentLoaded', resolve);
      addEventListener('load', resolve);
    });
    try {
      if (!transaction || transaction.clientId !== this.clientId) {
        throw new LatchkeyError('unknown_state', 'this browser did not ask for it', { at: 'authorize' });
      }
      if (!code) throw new LatchkeyError(error ?? 'no_answer', error_description, { at: 'authorize' });
      await this.#exchange(code, transaction, round);
    } catch (refused) {
      this.#refuse(refused, round).catch(() => {});
    }
  }

  // ---- what went wrong ----

  async #refuse(thrown, round, back) {
    if (round !== this.#round) throw new LatchkeyError('reset');
    const error = thrown instanceof LatchkeyError
      ? thrown : new LatchkeyError('internal', String(thrown?.message ?? thrown));
    if (error.code !== 'busy' && error.code !== 'no_code_sent') {
      // A code that was proved is used up: the next try begins anew.
      const next = back ?? (error.at === 'code' ? 'code' : 'identify');
      if (next === this.#state || this.#busy) this.#move(next);
      if (this.#drawn !== next) this.#show(next, this.#hasFocus);
      error.message = this.#explain(error);
      this.#alert(error.message);
    }
    this.#tell('latchkey-error', { code: error.code, message: error.message, description: error.description });
    throw error;
  }

  #explain({ code, description, at, status, wait, requestId }) {
    const text = (name, values) => this.#text(name, values);
    const has = (pattern) => pattern.test(description);
    const sms = this.#connection.channel === 'sms';
    const wrong = sms ? 'error_wrong_code_phone' : 'error_wrong_code_email';
    if (status === 429) {
      if (at === 'start' && wait <= 120) {
        if (this.#drawn === 'code') this.#pause(wait);
        return text('code_resend_wait', { seconds: wait });
      }
      return text('error_too_many_attempts', { minutes: Math.ceil(wait / 60) });
    }
    if (status >= 500) return text('error_server', { request_id: requestId });
    if (code === 'no_answer') return text('error_no_answer');
    if (code === 'unknown_state') return text('error_page_expired');
    if (code === 'blocked_user' || has(/user is blocked/)) return text('error_blocked');
    if (code === 'invalid_code') return text(wrong);
    if (at === 'start') {
      if (code === 'bad.email') return text('error_bad_email');
      if (code === 'bad.phone_number') {
        if (has(/cannot receive/)) return text('error_number_without_texts');
        return text(has(/country/) ? 'error_country_not_allowed' : 'error_bad_phone');
      }
      if (has(/signup is disabled/)) return text('error_sign_up_closed');
      if (/provider_error/.test(code)) return text(has(/\(Code: 21(211|614)\)/) ? 'error_number_without_texts' : 'error_not_sent');
    }
    if (at === 'code' && code === 'access_denied') {
      return text(has(/expired/) ? 'error_code_expired' : has(/maximum/) ? 'error_no_tries_left' : wrong);
    }
    if (at === 'authorize' && (code === 'login_required' || code === 'access_denied')) return text('error_cookies_needed');
    if (code === 'no_passkey') return text('error_no_passkey');
    if (at === 'passkey' && code !== 'unauthorized_client') return text('error_passkey');
    if (at === 'token') return text('error_page_expired');
    return text('error_no_way_in');
  }

  // ---- what is shown ----

  async #speak() {
    const given = this.getAttribute('lang');
    const tag = negotiate(given ? [given] : navigator.languages ?? [navigator.language]);
    let base;
    try {
      base = this.#base;
    } catch {
      return;
    }
    const read = await texts(base, tag);
    if (read && this.#texts !== read) {
      this.#texts = read;
      if (this.isConnected) this.#draw();
    }
  }

  #text(name, values = {}) {
    let text = this.#texts.texts[name] ?? ENGLISH.texts[name];
    if (typeof text === 'object') {
      const [count] = Object.values(values);
      text = text[new Intl.PluralRules(this.#texts.tag).select(count)] ?? text.other;
    }
    return text.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
  }

  #drawn = '';

  // Whether the browser has lists of passkeys, and the page wants them.
  get #lists() {
    return this.passkeys === 'on' && Boolean(window.PublicKeyCredential?.isConditionalMediationAvailable);
  }

  get #busy() {
    return this.#state === 'sending' || this.#state === 'checking';
  }

  get #hasFocus() {
    return Boolean(this.shadowRoot.activeElement);
  }

  #move(state) {
    this.#state = state;
    this.setAttribute('state', state);
    this.#root.setAttribute('aria-busy', String(this.#busy));
    // Told, not disabled: a button that is disabled would lose the focus.
    for (const button of this.#view.querySelectorAll('button')) button.setAttribute('aria-disabled', String(this.#busy));
    if (this.#busy) this.#alert('');
    if (state === 'identify') this.#offer();
    else this.#withdraw();
  }

  #show(state, focus = false) {
    this.#move(state);
    this.#draw();
    if (focus) this.#view.querySelector(state === 'done' ? 'h2' : 'input')?.focus();
  }

  // Draws the view of the state anew; what was typed and where the focus was stay.
  #draw() {
    const view = this.#busy ? this.#drawn : this.#state;
    const old = this.#view.querySelector('input');
    const focused = this.shadowRoot.activeElement?.id;
    const said = this.#view.querySelector('.error')?.textContent;
    const same = view === this.#drawn && old;
    this.#drawn = view;
    this.#root.lang = this.#texts.tag;
    this.#root.dir = this.#texts.dir;
    const views = { identify: this.#identify, code: this.#code, done: this.#done };
    this.#view.replaceChildren(...(views[view] ?? this.#identify).call(this).filter(Boolean));
    if (same && old.id === this.#view.querySelector('input')?.id && old.type === this.#view.querySelector('input').type) {
      this.#view.querySelector('input').value = old.value;
      if (said) this.#alert(said);
      if (focused) this.shadowRoot.getElementById(focused)?.focus();
    }
    this.#count();
  }

  #identify() {
    const channels = this.#channels;
    const { channel } = this.#connection;
    const sms = channel === 'sms';
    const hint = this.loginHint ?? '';
    const fits = hint.includes('@') !== sms;
    const other = new Set(channels.map((known) => known.channel)).size > 1;
    const input = make('input', {
      id: 'address',
      part: 'input',
      name: sms ? 'phone' : 'email',
      type: sms ? 'tel' : 'email',
      inputmode: sms ? 'tel' : 'email',
      autocomplete: (sms ? 'tel' : 'email') + (this.#lists ? ' webauthn' : ''),
      autocapitalize: 'off',
      spellcheck: 'false',
      dir: 'ltr',
      required: true,
      'aria-describedby': sms ? 'error hint' : 'error',
    });
    input.value = this.#address && (this.#address.includes('@') !== sms) ? this.#address : fits ? hint : '';
    return [
      make('h2', { part: 'heading' }, this.#text('identify_title')),
      this.#form(
        () => this.#send(input.value),
        'identify_submit',
        make('label', { part: 'label', for: 'address' }, this.#text(sms ? 'identify_phone_label' : 'identify_email_label')),
        input,
        sms && make('p', { class: 'hint', part: 'hint', id: 'hint' }, this.#text('identify_phone_hint')),
      ),
      other && this.#plain('switch', sms ? 'identify_use_email' : 'identify_use_phone', () => {
        this.#channel = sms ? 'email' : 'sms';
        this.#show('identify', true);
      }),
      this.passkeys === 'on' && window.PublicKeyCredential && this.#plain('passkey', 'identify_use_passkey', () => this.usePasskey()),
      make('p', { class: 'hint', part: 'hint privacy' }, this.#text('identify_privacy')),
    ];
  }

  #code() {
    const sms = this.#connection.channel === 'sms';
    const link = this.#link;
    const input = make('input', {
      id: 'code',
      class: 'code',
      part: 'input code',
      name: 'code',
      type: 'text',
      inputmode: 'numeric',
      autocomplete: 'one-time-code',
      autocapitalize: 'off',
      spellcheck: 'false',
      dir: 'ltr',
      maxlength: '32',
      required: true,
      'aria-describedby': 'error lead',
    });
    return [
      make('h2', { part: 'heading' }, this.#text(link ? 'link_wait_title' : 'code_title')),
      make('p', { class: 'lead', part: 'lead', id: 'lead' },
        this.#text(link ? 'link_wait_here' : 'code_lead_careful', { address: this.#address })),
      this.#form(
        () => this.submit(input.value),
        'code_submit',
        make('label', { part: 'label', for: 'code' }, this.#text(link ? 'link_wait_code' : 'code_label')),
        input,
      ),
      this.#plain('resend', 'code_resend', () => this.#send(this.#address)),
      // Not a live region: nobody wants to hear every second.
      make('p', { class: 'hint', part: 'hint wait', id: 'wait' }),
      this.#plain('change', sms ? 'code_change_phone' : 'code_change_email', () => {
        this.#say('');
        this.#show('identify', true);
      }),
    ];
  }

  #done() {
    return [make('h2', { part: 'heading', tabindex: '-1' }, this.#text('link_elsewhere_title'))];
  }

  #form(act, label, ...field) {
    const submit = (event) => {
      event.preventDefault();
      if (!this.#busy) act().catch(() => {});
    };
    return make('form', { part: 'form', novalidate: true, onsubmit: submit },
      make('div', { class: 'field', part: 'field' }, ...field,
        make('p', { class: 'error', part: 'error', id: 'error', role: 'alert' })),
      make('button', { class: 'submit', part: 'button submit', id: 'submit' }, this.#text(label)));
  }

  #plain(id, label, act) {
    const press = () => this.#busy || act()?.catch?.(() => {});
    return make('button', { class: 'plain', part: `link ${id}`, id, type: 'button', onclick: press }, this.#text(label));
  }

  #alert(text) {
    const [error, input] = ['.error', 'input'].map((found) => this.#view.querySelector(found));
    if (!error) return;
    error.textContent = text;
    input.setAttribute('aria-invalid', String(Boolean(text)));
    if (text && this.#hasFocus) input.focus();
  }

  #say(text) {
    this.#status.textContent = text;
  }

  // No new code before then.
  #pause(seconds) {
    this.#again = Date.now() + seconds * 1000;
    this.#count();
  }

  #count() {
    clearTimeout(this.#tick);
    const [wait, resend] = ['wait', 'resend'].map((id) => this.shadowRoot.getElementById(id));
    if (!wait) return;
    const seconds = Math.ceil((this.#again - Date.now()) / 1000);
    resend.hidden = seconds > 0;
    wait.textContent = seconds > 0 ? this.#text('code_resend_wait', { seconds }) : '';
    if (seconds > 0) this.#tick = setTimeout(() => this.#count(), 1000);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  #abandon(why) {
    this.#round += 1;
    clearTimeout(this.#tick);
    this.#withdraw();
    this.shadowRoot.querySelector('iframe')?.remove();
    for (const { reject } of this.#waiting.splice(0)) reject(new LatchkeyError('reset', why));
  }
}

function camel(name) {
  return name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
}

function localStorageOrNone() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

for (const name of ATTRIBUTES) {
  Object.defineProperty(LatchkeyLogin.prototype, camel(name), {
    configurable: true,
    enumerable: true,
    get() {
      return this.getAttribute(name) ?? '';
    },
    set(value) {
      if (value === null || value === undefined) this.removeAttribute(name);
      else this.setAttribute(name, value);
    },
  });
}

if (!customElements.get('latchkey-login')) customElements.define('latchkey-login', LatchkeyLogin);
