// Passkeys on the sign-in pages: made by somebody new, or after a code, and where there is nothing else.
import { authenticator, closesDialogs } from '../passkeys.mjs';
import { CLIENTS, NOWHERE } from '../prepared.mjs';
import { codeMessageFor, facts, freshMailbox, pass } from '../server.mjs';

/** Somebody whose only way in is a passkey, on their own account page. */
async function alone(walk) {
  const page = await walk.newcomer({});
  await page.route(`${NOWHERE}**`, (route) => route.fulfill({ body: 'At the app.' }));
  await authenticator(page);
  await page.goto(walk.request({ client_id: CLIENTS.members, redirect_uri: NOWHERE }));
  await page.locator('a[href^="/login/sign-up"]').click();
  await page.locator('#name').fill('Ana María Österreicher-Lindström');
  await page.locator('#new-passkey button').click();
  await page.getByText('At the app.').waitFor();
  await page.goto(new URL('/account', facts.base_url).href);
  await walk.see(page, 'account-passkey-last');
  await walk.leave(page);
}

export async function passkeys(walk) {
  // A browser of its own: no other page is to find its authenticator.
  const page = await walk.newcomer({});
  await page.route(`${NOWHERE}**`, (route) => route.fulfill({ body: 'At the app.' }));
  const ask = (client) => page.goto(walk.request({ client_id: client, redirect_uri: NOWHERE, prompt: 'login' }));
  const told = () => page.locator('#new-passkey-error:not([hidden])').waitFor();

  await ask(CLIENTS.members);
  await page.locator('#passkey button').waitFor();
  await walk.see(page, 'passkey-alone');
  await closesDialogs(page);
  await page.locator('#passkey button').click();
  await page.locator('#passkey-error:not([hidden])').waitFor();
  await walk.see(page, 'passkey-alone-none');
  await page.locator('#passkey').evaluate((form) => form.submit());
  await page.locator('#error').waitFor();
  await walk.see(page, 'passkey-alone-error');
  await page.locator('a[href^="/login/sign-up"]').click();
  await page.locator('#name').waitFor();
  await walk.see(page, 'sign-up');
  await page.route('**/login/sign-up/options*', (route) => route.abort(), { times: 1 });
  await page.locator('#name').fill('Ana María Österreicher-Lindström');
  await page.locator('#new-passkey button').click();
  await told();
  await walk.see(page, 'sign-up-error');
  await page.locator('#name').evaluate((field) => field.removeAttribute('maxlength'));
  await page.locator('#name').fill('x'.repeat(151));
  await page.locator('#new-passkey button').click();
  await told();
  await walk.see(page, 'sign-up-error-name');
  await walk.anew(page, () => walk.byHand(page, '/login/sign-up'));
  await walk.see(page, 'sign-up-error-passkey');

  const without = await walk.newcomer({});
  await without.addInitScript(() => delete window.PublicKeyCredential);
  await without.goto(walk.request({ client_id: CLIENTS.members, redirect_uri: NOWHERE }));
  await walk.see(without, 'passkey-alone-unable');
  await without.locator('a[href^="/login/sign-up"]').click();
  await without.locator('[data-page=sign_up]').waitFor();
  await walk.see(without, 'sign-up-unable');
  await walk.leave(without);
  for (const name of ['passkey-alone-plain', 'sign-up-plain']) {
    const plain = await walk.newcomer({ javaScriptEnabled: false });
    await plain.goto(walk.request({ client_id: CLIENTS.members, redirect_uri: NOWHERE }));
    if (name === 'sign-up-plain') await plain.locator('a[href^="/login/sign-up"]').click();
    await plain.locator('noscript .notice').waitFor();
    await walk.plainly(plain, name);
  }

  await alone(walk);
  const device = await authenticator(page, { defaultBackupEligibility: true, defaultBackupState: true });
  const byCode = async (email) => {
    await ask(CLIENTS.strict);
    await page.locator('#address').fill(email);
    await walk.press(page, '/login?');
    await page.locator('#code').waitFor();
    await walk.anew(page, async () => walk.enter(page, (await codeMessageFor(email)).code));
  };
  const email = freshMailbox();
  await byCode(email);
  await page.locator('[data-page=new_passkey] #new-passkey button').waitFor();
  await walk.see(page, 'new-passkey');
  await walk.anew(page, () => walk.byHand(page, '/login/passkey/new'));
  await walk.see(page, 'new-passkey-error');
  await page.locator('#new-passkey button').click();
  await page.getByText('At the app.').waitFor();
  await page.goto(new URL('/account', facts.base_url).href);
  await walk.see(page, 'account-passkey-synced');
  // They have a passkey now, and the connection wants it. It is at home: else the list would answer by itself.
  await device.leave();
  // No new code before.
  pass(61);
  await byCode(email);
  await page.locator('#error').waitFor();
  await walk.see(page, 'code-error-stronger');
  await walk.leave(page);
}
