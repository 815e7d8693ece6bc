// Passkeys with the authenticator of a real browser, over TLS: made on the server's pages and on an app's, used from the
// list of the browser and by a button, and refused where they must be.
import assert from 'node:assert/strict';

import { APP, CALLBACK, serve } from '../support/app.mjs';
import { arrival, claimsOf, hasSession, inBrowser } from '../support/browser.mjs';
import { operator } from '../support/operator.mjs';
import { authenticator, signUp, withoutLists } from '../support/passkeys.mjs';
import { codeFor, facts, freshMailbox } from '../support/server.mjs';

const { client_id: client } = facts.clients.spa;
await serve(() => ({ page: '<!doctype html><title>App</title>' }));

/** The sign-in pages, asked for a fresh sign-in by the connection that has passkeys. */
function request(more = {}) {
  const url = new URL('/authorize', facts.base_url);
  const params = {
    client_id: client, response_type: 'id_token', response_mode: 'fragment', redirect_uri: CALLBACK, connection: 'email',
    scope: 'openid profile', state: 's', nonce: 'n', prompt: 'login', ...more,
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

/** Who is at the app, as its id_token says. */
async function arrived(page) {
  const answer = await arrival(page, CALLBACK);
  return claimsOf(new URLSearchParams(answer.hash.slice(1)).get('id_token'));
}

/** By a code in a mail; where the page asks whether to add a passkey it stays there. */
async function enterByCode(page, email) {
  await page.goto(request());
  await page.locator('#address').fill(email);
  await page.locator('form[action^="/login?"] button').click();
  await page.locator('#code').waitFor();
  await page.locator('#code').fill(await codeFor(email));
}

/** Somebody new on the page of the server; who they are. */
async function signUpOnPage(page, name) {
  await page.goto(request());
  await page.locator('a[href^="/login/sign-up"]').click();
  await page.locator('#name').fill(name);
  await page.locator('#new-passkey button').click();
  return arrived(page);
}

/** The button of the first page, or the list that answers by itself while the authenticator finds its person. */
async function usePasskey(page) {
  await page.goto(request());
  await page.locator('#passkey button').click({ timeout: 2_000 }).catch(() => {});
}

// P-180, P-182
inBrowser('an app signs somebody up, and the page of the server knows them by one press', async ({ context, page }) => {
  const device = await authenticator(page);
  await page.goto(APP);
  const tokens = await signUp(page, 'ada@example.com');
  assert.ok(tokens.id_token, JSON.stringify(tokens));
  const { sub, amr, name } = claimsOf(tokens.id_token);
  assert.deepEqual([amr.includes('mfa'), name], [true, 'Ada']);
  assert.deepEqual((await device.credentials()).map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential]), [['localhost', true]]);

  await usePasskey(page);
  const { sub: again } = await arrived(page);
  assert.equal(again, sub);
  assert.ok(await hasSession(context));
});

inBrowser('somebody new makes a passkey on the page and is found by the list of the browser from then on', async ({ page, anotherBrowser }) => {
  const device = await authenticator(page);
  const { sub, name, amr } = await signUpOnPage(page, 'Grace');
  assert.deepEqual([name, amr.includes('mfa')], ['Grace', true]);
  const [credential] = await device.credentials();

  // Another browser with the same passkey, as a password manager would bring it. Nobody presses anything.
  const other = await (await anotherBrowser()).newPage();
  const there = await authenticator(other);
  await there.add(credential);
  await other.goto(request());
  const { sub: again } = await arrived(other);
  assert.equal(again, sub);
});

inBrowser('who came by a code adds a passkey on the page that asks, and next time needs no code', async ({ page }) => {
  const device = await authenticator(page);
  const email = freshMailbox();
  await enterByCode(page, email);
  await page.locator('[data-page=new_passkey]').waitFor();
  await page.locator('#new-passkey button').click();
  const { sub, amr } = await arrived(page);
  assert.ok(amr.includes('otp'));
  assert.equal((await device.credentials()).length, 1);
  await usePasskey(page);
  const by = await arrived(page);
  assert.deepEqual([by.sub, by.amr.includes('mfa')], [sub, true]);
});

inBrowser('a passkey that is not made is told in our words, and the next try makes it', async ({ page }) => {
  const device = await authenticator(page);
  await page.goto(request());
  await page.locator('a[href^="/login/sign-up"]').click();
  await page.locator('#name').fill('Kurt');
  await device.verifies(false);
  await page.route('**/login/sign-up/options*', (route) => route.abort(), { times: 1 });
  await page.locator('#new-passkey button').click();
  await page.locator('#new-passkey-error').getByText('No passkey was created. Try again.').waitFor();
  await device.verifies(true);
  await page.locator('#new-passkey button').click();
  assert.equal((await arrived(page)).name, 'Kurt');
});

inBrowser('who wants no passkey is at the app by one press, and is asked once', async ({ page }) => {
  await authenticator(page);
  const email = freshMailbox();
  await enterByCode(page, email);
  await page.locator('[data-page=new_passkey]').waitFor();
  await page.locator('form[action^="/login/passkey/later"] button').click();
  const { sub } = await arrived(page);
  await enterByCode(page, email);
  const { sub: again } = await arrived(page);
  assert.equal(again, sub);
});

inBrowser('a browser that can make none is not asked', async ({ page }) => {
  await enterByCode(page, freshMailbox());
  const { amr } = await arrived(page);
  assert.ok(amr.includes('otp'));
});

// S-053, PB-089, PB-101
inBrowser('an authenticator that checked nobody signs nobody up and nobody in', async ({ page }) => {
  // It cannot check anybody, and the browser lets it answer: the server must see that it did not.
  await authenticator(page, { hasUserVerification: false, isUserVerified: false });
  await page.goto(APP);
  const { error } = await signUp(page, freshMailbox());
  assert.equal(error, 'invalid_grant');
  const [entry] = await operator('GET', `/logs?q=${encodeURIComponent('type:fepkft')}&sort=date:-1&per_page=1`);
  assert.equal(entry.details.error, 'user_verification', JSON.stringify(entry));
  await page.goto(request());
  await page.locator('a[href^="/login/sign-up"]').click();
  await page.locator('#name').fill('Bo');
  await page.locator('#new-passkey button').click();
  await page.locator('#new-passkey-error:not([hidden])').waitFor();
  assert.match(await page.locator('#new-passkey-error').innerText(), /No passkey was created/);
  await page.goto(request());
  await page.locator('#passkey button').click();
  // The code is there all the same.
  await page.locator('#address').fill('bo@example.com');
  await page.locator('form[action^="/login?"] button').click();
  await page.locator('#code').waitFor();
});

// S-059, PB-097: the copy signs with a lower count. It is told, and locks nobody out.
inBrowser('a copy of an authenticator is told in the log and gets in', async ({ page, anotherBrowser }) => {
  const device = await authenticator(page);
  const { sub } = await signUpOnPage(page, 'Alan');
  const [copied] = await device.credentials();
  for (let times = 0; times < 3; times += 1) {
    await usePasskey(page);
    await arrived(page);
  }
  const other = await (await anotherBrowser()).newPage();
  const copy = await authenticator(other);
  await copy.add({ ...copied, signCount: 1 });
  await usePasskey(other);
  assert.equal((await arrived(other)).sub, sub);
  const logs = await operator('GET', `/logs?q=${encodeURIComponent(`type:passkey_cloned AND user_id:"${sub}"`)}`);
  assert.equal(logs.length, 1, JSON.stringify(logs));
});

// P-182, S-058
inBrowser('a passkey that an operator took away signs nobody in', async ({ page, context }) => {
  await authenticator(page);
  // The list would answer again and again.
  await withoutLists(page);
  const { sub } = await signUpOnPage(page, 'Edsger');
  const methods = await operator('GET', `/users/${encodeURIComponent(sub)}/authentication-methods`);
  assert.deepEqual(methods.map(({ type, relying_party_identifier: domain }) => [type, domain]), [['passkey', 'localhost']]);
  await operator('DELETE', `/users/${encodeURIComponent(sub)}/authentication-methods/${encodeURIComponent(methods[0].id)}`);
  await context.clearCookies();
  await usePasskey(page);
  await page.locator('#error').waitFor();
  assert.match(await page.locator('#error').innerText(), /The passkey was not accepted/);
  assert.equal(await hasSession(context), false);
});

inBrowser('whoever closes the dialog is told what to do, and goes on by a code or by the passkey', async ({ page }) => {
  const device = await authenticator(page);
  const { sub } = await signUpOnPage(page, 'Barbara');
  const [credential] = await device.credentials();
  await device.leave();
  // One with nothing in it answers as one whose person closes the dialog: NotAllowedError.
  const empty = await authenticator(page);
  await page.goto(request());
  const told = page.locator('#passkey-error:not([hidden])');
  await page.locator('#address').fill('barbara@example.com');
  await page.locator('#passkey button').click();
  await told.waitFor();
  assert.equal(await told.innerText(), 'No passkey was used. Try again, or use a code.');
  assert.equal(await told.getAttribute('role'), 'alert');
  // Nothing that was typed is lost, and the list is open again.
  assert.equal(await page.locator('#address').inputValue(), 'barbara@example.com');
  await page.locator('form[action^="/login?"] button').click();
  await page.locator('#code').waitFor();

  await page.goto(request());
  await page.locator('#passkey button').click();
  await told.waitFor();
  await empty.leave();
  const full = await authenticator(page);
  await full.add(credential);
  await page.locator('#passkey button').click({ timeout: 2_000 }).catch(() => {});
  assert.equal((await arrived(page)).sub, sub);
});

inBrowser('a second press asks anew, and tells nobody of an error', async ({ page }) => {
  await authenticator(page);
  const { sub } = await signUpOnPage(page, 'Katherine');
  await withoutLists(page);
  await page.goto(request());
  // A dialog that nobody answers.
  await page.evaluate(() => {
    const { credentials } = navigator;
    const get = credentials.get.bind(credentials);
    window.goOn = () => { credentials.get = get; };
    credentials.get = ({ signal }) => new Promise((_, reject) => {
      signal.addEventListener('abort', () => { window.left = true; reject(signal.reason); });
    });
  });
  const options = page.waitForResponse((answer) => answer.url().includes('/login/passkey/options'));
  await page.locator('#passkey button').click();
  await options;
  await page.evaluate(() => window.goOn());
  await page.route('**/login/passkey/options*', async (route) => {
    await page.waitForFunction(() => window.left);
    assert.equal(await page.locator('#passkey-error').isVisible(), false);
    await route.continue();
  });
  await page.locator('#passkey button').click();
  assert.equal((await arrived(page)).sub, sub);
});

inBrowser('without scripts, and without passkeys in the browser, there is the code', async ({ anotherBrowser }) => {
  const plain = await (await anotherBrowser({ javaScriptEnabled: false })).newPage();
  const old = await (await anotherBrowser()).newPage();
  await old.addInitScript(() => delete window.PublicKeyCredential);
  for (const page of [plain, old]) {
    const email = freshMailbox();
    await page.goto(request());
    assert.equal(await page.locator('#passkey').isVisible(), false);
    await page.locator('#address').fill(email);
    await page.locator('form[action^="/login?"] button').click();
    await page.locator('#code').fill(await codeFor(email));
    if (page === plain) await page.locator('form[action^="/login/code"] button').first().click();
    assert.ok((await arrived(page)).amr.includes('otp'));
  }
});

inBrowser('where there are passkeys and no codes, each browser is told what to do', async ({ page, anotherBrowser }) => {
  const connection = await operator('POST', '/connections', {
    name: 'members-alone', strategy: 'auth0', enabled_clients: [client],
    options: { authentication_methods: { passkey: { enabled: true } } },
  });
  try {
    const alone = request({ connection: 'members-alone' });
    const texts = (page) => page.locator('main .notice').filter({ visible: true }).allInnerTexts();
    const plain = await (await anotherBrowser({ javaScriptEnabled: false })).newPage();
    const noScript = 'Passkeys need JavaScript. Allow it for this site in your browser’s settings, then load the page again.';
    const old = await (await anotherBrowser()).newPage();
    await old.addInitScript(() => delete window.PublicKeyCredential);
    const unable = 'This browser cannot use passkeys. Try another browser or device.';
    for (const [page, text] of [[plain, noScript], [old, unable]]) {
      await page.goto(alone);
      assert.deepEqual(await texts(page), [text]);
      await page.locator('a[href^="/login/sign-up"]').click();
      await page.locator('[data-page=sign_up]').waitFor();
      assert.deepEqual(await texts(page), [text]);
      await page.locator('.other a').click();
      await page.locator('[data-page=identify]').waitFor();
    }

    await authenticator(page);
    await page.goto(alone);
    assert.deepEqual(await texts(page), []);
    await page.locator('#passkey button').click();
    await page.locator('#passkey-error:not([hidden])').waitFor();
    assert.equal(await page.locator('#passkey-error').innerText(), 'No passkey was accepted. Try again, or use another device.');
    await page.locator('a[href^="/login/sign-up"]').click();
    await page.locator('#name').fill('Emmy');
    await page.locator('#new-passkey button').click();
    assert.equal((await arrived(page)).name, 'Emmy');
  } finally {
    await operator('DELETE', `/connections/${connection.id}`);
  }
});

// PB-099
inBrowser('of many ceremonies at once no more passkeys are kept than a person may have', async ({ page }) => {
  const { passkeys: before } = await operator('GET', '/tenants/settings');
  await operator('PATCH', '/tenants/settings', { passkeys: { ...before, max_per_user: 3 } });
  try {
    await enterByCode(page, freshMailbox());
    const { sub } = await arrived(page);
    await page.goto(new URL('/account', facts.base_url).href);
    await page.locator('#add-passkey').waitFor({ state: 'attached' });
    // Each ceremony with an authenticator of its own: one makes one passkey of an account.
    const made = [];
    for (let number = 0; number < 6; number += 1) {
      const device = await authenticator(page);
      made.push(await page.evaluate(async () => {
        const form = document.getElementById('add-passkey');
        const body = new URLSearchParams({ token: form.elements.token.value, session: form.elements.session.value });
        const begun = await (await fetch(form.dataset.options, { method: 'POST', body })).json();
        const options = { ...begun.authn_params_public_key, excludeCredentials: [] };
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
        const credential = await navigator.credentials.create({ publicKey });
        return { auth_session: begun.auth_session, answer: JSON.stringify(credential.toJSON()) };
      }));
      await device.leave();
    }
    const statuses = await page.evaluate(async (made) => {
      const form = document.getElementById('add-passkey');
      const { token, session } = form.elements;
      const send = ({ auth_session, answer }) => fetch('/account/passkeys', {
        method: 'POST', redirect: 'manual',
        body: new URLSearchParams({ token: token.value, session: session.value, auth_session, answer }),
      });
      return (await Promise.all(made.map(send))).map(({ status, type }) => (type === 'opaqueredirect' ? 303 : status));
    }, made);
    assert.deepEqual(statuses.sort(), [303, 303, 303, 400, 400, 400]);
    const methods = await operator('GET', `/users/${encodeURIComponent(sub)}/authentication-methods`);
    assert.equal(methods.filter(({ type }) => type === 'passkey').length, 3);
  } finally {
    await operator('PATCH', '/tenants/settings', { passkeys: before });
  }
});
