// The page of one's own account: looked at, changed, left.
import assert from 'node:assert/strict';

import { Device } from '../device-key.mjs';
import { APP, PHONE_APP } from '../prepared.mjs';
import { codeMessageFor, facts, freshMailbox, freshNumber, messageFor, pass } from '../server.mjs';

const OTP = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const at = (path) => new URL(path, facts.base_url).href;

/** An authenticator that finds its person there, and knows them. */
async function authenticator(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  });
}

/** Nobody signs up at the account page. The message of it, and the tokens. */
export async function signUp(address, connection, client_id, scope = 'openid') {
  const named = connection === 'sms' ? { phone_number: address } : { email: address };
  await post('/passwordless/start', { client_id, connection, ...named, send: 'code' });
  const message = await messageFor(address);
  const tokens = await post('/oauth/token', {
    client_id, grant_type: OTP, username: address, realm: connection, otp: message.code, scope,
  });
  return { message, tokens };
}

async function post(path, body) {
  const answer = await fetch(at(path), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json().catch(() => undefined);
}

/** By the message that comes after `last`, which is returned. */
async function signIn(walk, page, path, address, last) {
  await page.goto(at(path));
  await walk.send(page, '/login', '#address', address);
  await page.locator('#code').waitFor();
  const message = await codeMessageFor(address, last);
  await walk.enter(page, message.code);
  await page.locator('[data-page=account]').waitFor();
  return message;
}

/** The message to an address that comes after `last` and is the one that is looked for. */
async function found(address, last, isIt) {
  let message = await messageFor(address, last);
  while (!isIt(message)) message = await messageFor(address, message);
  return message;
}

/** The next message to a mailbox, which is a notice. */
async function notice(walk, mailbox, last, name) {
  const reader = await walk.newcomer();
  const message = await messageFor(mailbox, last);
  await reader.setContent(message.html);
  await walk.see(reader, name, { within: true });
  await walk.leave(reader);
  return message;
}

/** Somebody with a mailbox and a device, who is told of both their ends. */
async function goodbye(walk) {
  const mailbox = freshMailbox();
  const { message, tokens } = await signUp(mailbox, 'email', facts.clients.native.client_id);
  await Device.enrolled(tokens.id_token, 'Ana Marías iPhone 17 Pro Max', walk.locale);
  const enrolled = await notice(walk, mailbox, message, 'mail-notice-device-added');
  pass(61);
  const page = await walk.newcomer();
  const code = await signIn(walk, page, '/account?connection=email', mailbox, enrolled);
  await walk.anew(page, () => walk.byHand(page, '/account/devices/remove'));
  const removed = await notice(walk, mailbox, code, 'mail-notice-device-removed');
  await page.locator('details:has(#word) > summary').click();
  await page.locator('#word').fill(mailbox);
  await walk.anew(page, () => walk.byHand(page, '/account/delete'));
  await notice(walk, mailbox, removed, 'mail-notice-deleted');
  await walk.leave(page);
}

/** A new address, by a person whose only one is this mailbox. */
async function addresses(walk, page, mailbox) {
  const before = await messageFor(mailbox);
  const ask = async (field, address) => {
    await page.goto(at('/account'));
    await page.locator(field === '#new-address' ? '#add-address' : '#change-1').click();
    if (field === '#new-address') await walk.see(page, 'account-addresses');
    await page.locator(field).fill(address);
    const form = page.locator('form[action="/account/addresses"]', { has: page.locator(field) });
    await walk.anew(page, () => form.evaluate((one) => one.submit()));
  };
  const reader = await walk.newcomer();
  const other = freshMailbox();
  await ask('#new-address-1', other);
  const code = await messageFor(other);
  await reader.setContent(code.html);
  await walk.see(reader, 'mail-address-code', { within: true });
  const taken = freshMailbox();
  const { message: theirs } = await signUp(taken, 'walk-mail', APP);
  await ask('#new-address-1', taken);
  await reader.setContent((await messageFor(taken, theirs)).html);
  await walk.see(reader, 'mail-address-taken', { within: true });

  const number = freshNumber();
  await ask('#new-address', number);
  await walk.see(page, 'account-address');
  // A whole code needs no press.
  await walk.anew(page, () => page.locator('#code').fill('00000000'));
  await walk.see(page, 'account-error-address');
  await walk.anew(page, async () => page.locator('#code').fill((await messageFor(number)).code));
  await page.locator('[data-page=account]').waitFor();
  // Either of the two may go now.
  await page.locator('#remove-address-2').click();
  await walk.see(page, 'account-address-remove');
  await walk.anew(page, () => page.locator('form[action="/account/addresses/remove"] button').last().click());
  await walk.see(page, 'account-address-removed');
  const notice = await found(mailbox, before, (message) => message.link);
  await reader.setContent(notice.html);
  await walk.see(reader, 'mail-notice', { within: true });
  await reader.goto(notice.link);
  await walk.see(reader, 'account-undo');
  await walk.anew(reader, () => walk.byHand(reader, '/account/undo'));
  await walk.see(reader, 'account-undone');
  await reader.goto(notice.link);
  await walk.see(reader, 'account-undo-dead');
  await walk.leave(reader);
}

/** Somebody who came by a code and has a device, whose key no page takes. */
async function beside(walk) {
  const mailbox = freshMailbox();
  const { message, tokens } = await signUp(mailbox, 'walk-devices', PHONE_APP);
  await Device.enrolled(tokens.id_token, 'Ana Marías iPhone 17 Pro Max', walk.locale, PHONE_APP);
  pass(61);
  const page = await walk.newcomer();
  await signIn(walk, page, '/account?connection=walk-devices', mailbox, await messageFor(mailbox, message));
  await walk.see(page, 'account-prove-device');
  await walk.leave(page);
}

export async function account(walk) {
  // A browser of its own: no other page is to find its authenticator.
  const page = await walk.newcomer({});
  await page.goto(at('/account/back?error=access_denied'));
  await walk.see(page, 'account-left');
  // The connection of the walk that has passkeys.
  const mailbox = freshMailbox();
  const { message: signedUp } = await signUp(mailbox, 'walk-mail', APP);
  // No second code to one address within a minute.
  pass(61);
  const came = await signIn(walk, page, '/account?connection=walk-mail', mailbox, signedUp);
  await walk.see(page, 'account');

  const press = (path) => walk.anew(page, () => walk.byHand(page, path));
  await page.locator('#name').fill('Ana María Österreicher-Lindström');
  await press('/account/name');
  await walk.see(page, 'account-done');
  await page.locator('#name').evaluate((field) => field.removeAttribute('maxlength'));
  await page.locator('#name').fill('x'.repeat(301));
  await press('/account/name');
  await walk.see(page, 'account-error-name');

  await page.goto(at('/account'));
  await page.locator('details:has(#word) > summary').click();
  await page.locator('#word').fill('something else');
  await walk.see(page, 'account-delete');
  await press('/account/delete');
  await walk.see(page, 'account-error-word');

  await authenticator(page);
  await page.goto(at('/account'));
  await walk.anew(page, () => page.locator('#add-passkey button').click());
  for (const summary of await page.locator('#rename-1, #remove-1').all()) await summary.click();
  await walk.see(page, 'account-passkey');
  const added = await notice(walk, mailbox, came, 'mail-notice-passkey-added');
  // The second one is known to the authenticator, which makes no other.
  await page.locator('#add-passkey button').click();
  await page.locator('#add-passkey-error').waitFor();
  await walk.see(page, 'account-error-passkey');
  await page.locator('form[action="/account/passkeys/remove"] [name=id]').evaluate((field) => { field.value = 'gone'; });
  await press('/account/passkeys/remove');
  await walk.see(page, 'account-error-gone');

  pass(301);
  await page.goto(at('/account'));
  await walk.see(page, 'account-stale');
  // The list at the field answers by itself: the authenticator finds its person.
  await page.locator('a[href="/account/prove"]').click();
  await page.locator('#add-passkey button').waitFor();
  await walk.see(page, 'account-proved');
  await press('/account/passkeys/remove');
  await notice(walk, mailbox, added, 'mail-notice-passkey-removed');
  await addresses(walk, page, mailbox);
  await walk.leave(page);

  const leaver = await walk.newcomer();
  const number = freshNumber();
  // An app has lasting access, and signs in by the key of its device from then on.
  const { message: first, tokens } = await signUp(number, 'sms', facts.clients.native.client_id, 'openid offline_access');
  await (await Device.enrolled(tokens.id_token, 'Ana Marías iPhone 17 Pro Max')).signIn();
  pass(900);
  const elsewhere = await walk.newcomer();
  const second = await signIn(walk, elsewhere, '/account', number, first);
  pass(900);
  await signIn(walk, leaver, '/account', number, second);
  await walk.see(leaver, 'account-full');
  for (const summary of await leaver.locator('#rename-device-1, #remove-device-1').all()) await summary.click();
  await walk.see(leaver, 'account-device');
  await leaver.locator('details:has(#word) > summary').click();
  await leaver.locator('#word').fill(number);
  await walk.anew(leaver, () => walk.byHand(leaver, '/account/delete'));
  await walk.see(leaver, 'account-deleted');
  await walk.leave(leaver);
  await walk.leave(elsewhere);
  await goodbye(walk);
  await beside(walk);
}
