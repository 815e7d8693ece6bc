// The link of a mail, here and elsewhere, alive and dead.
import { facts, freshNumber, messageFor, pass } from '../server.mjs';

export async function link(walk) {
  const page = await walk.newcomer();
  const other = await walk.newcomer();
  const mailbox = await walk.ask(page, 'email');
  await walk.byHand(page, '/login/wait');
  await page.locator('.notice').waitFor();
  await walk.see(page, 'link-wait-not-yet');
  const { link } = await messageFor(mailbox);
  await other.goto(link);
  await walk.see(other, 'link-other');
  await walk.send(other, '/link/', '#signs', 'aaa');
  await other.locator('#error').waitFor();
  await walk.see(other, 'link-other-error');
  await walk.send(other, '/link/', '#signs', await page.locator('output').innerText());
  await other.locator('[data-page=message]').waitFor();
  await walk.see(other, 'link-other-done');
  await walk.back(page);
  await other.goto(link);
  await walk.see(other, 'link-dead-used');

  const stranger = await walk.newcomer({ userAgent: 'nobody' });
  await stranger.goto((await messageFor(await walk.ask(stranger, 'email'))).link);
  await walk.see(stranger, 'link-unknown-device');
  await walk.leave(stranger);

  const again = await walk.ask(page, 'email');
  const tab = await page.context().newPage();
  await tab.goto((await messageFor(again)).link);
  await walk.see(tab, 'link-here');
  await walk.press(tab, '/link/');
  await walk.back(tab);
  await tab.close();
  // This one waited, and finds that another tab went on.
  await page.locator('[data-page=message]').waitFor();

  const twice = await walk.ask(page, 'email');
  const first = (await messageFor(twice)).link;
  pass(61);
  await page.reload();
  await walk.byHand(page, '/login/resend');
  await page.locator('.notice').waitFor();
  await other.goto(first);
  await walk.see(other, 'link-dead-replaced');
  pass(121);
  await walk.press(other, '/link/');
  await other.locator('[data-page=message]').waitFor();
  await walk.see(other, 'link-renewed-there');

  const late = await walk.ask(page, 'email');
  const expired = (await messageFor(late)).link;
  pass(3600);
  await other.goto(expired);
  await walk.see(other, 'link-dead-expired');
  // Nobody waits for it any more: whoever asks anew goes on.
  await walk.press(other, '/link/');
  await other.locator('[data-page=code]').waitFor();
  await walk.see(other, 'link-renewed-here');
  await other.goto(new URL('/link/unknown', facts.base_url).href);
  await walk.see(other, 'link-unknown');
  await walk.leave(other);

  // F5: what old SDKs send people to, in a browser that did not check the code.
  const number = freshNumber();
  const client_id = facts.clients.native.client_id;
  const started = await fetch(new URL('/passwordless/start', facts.base_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id, connection: 'sms', phone_number: number, send: 'code' }),
  });
  if (started.status !== 200) throw new Error(await started.text());
  const url = new URL('/passwordless/verify_redirect', facts.base_url);
  url.search = new URLSearchParams({
    ...Object.fromEntries(new URL(walk.request()).searchParams),
    client_id, connection: 'sms', phone_number: number, verification_code: (await messageFor(number)).code,
  });
  // Not in the page that waits for a link that is gone: its script may be leading it away just now.
  await page.context().close();
  const old = await walk.newcomer();
  await old.goto(url.href);
  await old.locator('[data-page=confirm]').waitFor();
  await walk.see(old, 'link-old');
  await walk.leave(old);
}
