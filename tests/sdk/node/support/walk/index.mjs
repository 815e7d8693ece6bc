// A walk through every page and state that people see, in one language. Each file beside this one is one
// area; what a page is looked at for is the caller's: axe-core, a picture, its texts.
//
// To add a page: visit it in its area (or in a new file, named in AREAS) and call `walk.see(page, name)`. The
// suite `browser/pages.test.mjs` fails for a page or a text that no walk shows.
import assert from 'node:assert/strict';

import { facts, freshMailbox, freshNumber, pass } from '../server.mjs';
import { LANGUAGES } from '../texts.mjs';
import { account } from './account.mjs';
import { appLink } from './app-link.mjs';
import { branding } from './branding.mjs';
import { code } from './code.mjs';
import { consent } from './consent.mjs';
import { dashboard } from './dashboard.mjs';
import { development } from './development.mjs';
import { device } from './device.mjs';
import { errors } from './errors.mjs';
import { identify } from './identify.mjs';
import { link } from './link.mjs';
import { mails } from './mails.mjs';
import { passkeys } from './passkeys.mjs';
import { signOut } from './sign-out.mjs';
import { widget } from './widget.mjs';

const AREAS = { development, branding, identify, passkeys, code, consent, link, signOut, device, appLink, errors, account, mails, widget, dashboard };
const chosen = (name, all) => process.env[name]?.split(' ') ?? all;
/** While one works on a page: other languages and fewer areas, by their names. */
export const languagesOr = (usual) => chosen('LATCHKEY_LANGUAGES', usual).flatMap((name) => (name === 'all' ? LANGUAGES : name));
const areas = chosen('LATCHKEY_AREAS', Object.keys(AREAS)).map((name) => AREAS[name]);
export const hasAllAreas = areas.length === Object.keys(AREAS).length;

// `verifier` hashed (RFC 7636, appendix B).
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
/** The demo page: it knows nothing of these sign-ins, and says so. */
const CALLBACK = new URL('/dev/', facts.base_url).href;

export class Walk {
  #look;
  #anotherBrowser;
  #usual = new Set();
  #idle = [];
  #wrong = [];
  /** The title of each state. */
  titles = new Map();

  /** `anotherBrowser` makes a profile; `look(page, name, state, options)` is called for each state. */
  constructor(locale, anotherBrowser, look) {
    Object.assign(this, { locale });
    this.#look = look;
    this.#anotherBrowser = anotherBrowser;
  }

  /** All areas, each on a day of its own, so that no limit of one is felt in the next. */
  async everywhere() {
    for (const area of areas) {
      pass(90_000);
      await area(this).catch((error) => this.#wrong.push(`an area ended early: ${error.stack}`));
    }
    assert.ok(!this.#wrong.length, `${this.#wrong.length} things are wrong in ${this.locale}:\n${this.#wrong.join('\n')}`);
  }

  /** A page in a browser that knows nothing yet. */
  async newcomer(options) {
    const idle = options ? undefined : this.#idle.pop();
    if (idle) return idle;
    const context = await this.#anotherBrowser({
      locale: this.locale, reducedMotion: 'reduce', viewport: { width: 320, height: 700 }, ...options,
    });
    const page = await context.newPage();
    if (!options) this.#usual.add(page);
    return page;
  }

  /** Done with it. A usual browser forgets everything and is the next newcomer: starting one takes long. */
  async leave(page) {
    const context = page.context();
    if (!this.#usual.has(page)) return context.close();
    await Promise.all(context.pages().filter((other) => other !== page).map((other) => other.close()));
    await page.unrouteAll();
    await context.clearCookies();
    await page.goto('about:blank');
    return this.#idle.push(page);
  }

  /**
   * Here is a state to look at. `locale` where the page has a language of its own; `within` where it is shown
   * inside of another program's page.
   */
  async see(page, name, { locale = this.locale, within = false } = {}) {
    await page.waitForLoadState();
    const { lang, dir, title, heading } = await page.evaluate(() => {
      const { lang, dir } = document.documentElement;
      return { lang, dir, title: document.title, heading: document.querySelector('h1')?.textContent };
    });
    assert.equal(lang, locale, `${name}: its language`);
    assert.equal(dir || 'ltr', locale === 'ar' ? 'rtl' : 'ltr', `${name}: its direction`);
    assert.ok(title.trim(), `${name}: no title`);
    // "Error: Sign in" is the page "Sign in" with an error on it.
    const hosted = await page.locator('html[data-page]:not([data-page=demo], [data-page=inbox], [data-page=dev_widget])').count();
    if (hosted && heading) assert.ok(title.includes(heading), `${name}: its title is ${title}, its heading ${heading}`);
    this.titles.set(name, title);
    // The walk goes on: all that is wrong is told at its end.
    await this.#look(page, `${name} (${this.locale})`, name, { within }).catch((error) => this.#wrong.push(error.message));
  }

  /** An authorization request. */
  request(more = {}) {
    const url = new URL('/authorize', facts.base_url);
    url.search = new URLSearchParams({
      client_id: facts.clients.spa.client_id, response_type: 'code', redirect_uri: CALLBACK,
      scope: 'openid profile email phone address offline_access read:invoices', state: 's', ui_locales: this.locale,
      code_challenge: CHALLENGE, code_challenge_method: 'S256', ...more,
    });
    return url.href;
  }

  /** From the first page to that of the code, with an address that nobody used before. */
  async ask(page, channel, more = {}) {
    const address = channel === 'sms' ? freshNumber() : freshMailbox();
    await page.goto(this.request({ prompt: 'login', login_hint: address, ...more }));
    await this.send(page, '/login', '#address', address);
    await page.locator('#code').waitFor();
    return address;
  }

  /** Fills in a field and presses the button of its form. */
  async send(page, path, field, text) {
    await page.locator(field).fill(text);
    await this.press(page, path);
  }

  /** Types a code in; a whole one needs no press. */
  async enter(page, code) {
    await page.locator('#code').fill(code);
    if (code.length < 6) await this.press(page, '/login/code');
  }

  /** Waits until what is done has led to another document, be it at the same address. */
  async anew(page, act) {
    const before = await page.evaluate(() => performance.timeOrigin);
    await act();
    await page.waitForFunction((before) => performance.timeOrigin > before && document.readyState === 'complete', before);
  }

  press(page, path) {
    return page.locator(`form[action^="${path}"] button`).first().click();
  }

  /** Sends a form as a browser without scripts does, whatever our script thinks of it. */
  byHand(page, path) {
    return page.locator(`form[action^="${path}"]`).evaluate((form) => form.submit());
  }

  /** What a browser without scripts shows, in one with scripts, since axe-core is one. */
  async plainly(plain, name) {
    const scripts = /<script.*<\/script>|<\/?noscript>|<p id="passkey-unable".*<\/p>/g;
    const body = (await plain.content()).replace(scripts, '');
    await this.leave(plain);
    const shown = await this.newcomer();
    await shown.route('**/plain', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
    await shown.goto(new URL('/plain', facts.base_url).href);
    await this.see(shown, name);
    await this.leave(shown);
  }

  /** The answer arrived at the demo page. */
  async back(page) {
    await page.getByText('This answer belongs to another sign-in.').waitFor();
  }
}
