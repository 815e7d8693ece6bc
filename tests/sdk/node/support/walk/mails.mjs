// The mails themselves, as a program shows them that shows HTML.
import { facts, freshMailbox, messageFor } from '../server.mjs';

export async function mails(walk) {
  const asking = await walk.newcomer();
  const page = await walk.newcomer();
  await page.setContent((await messageFor(await walk.ask(asking, 'email'))).html);
  await walk.leave(asking);
  await walk.see(page, 'mail-link', { within: true });
  const email = freshMailbox();
  const { client_id } = facts.clients.spa;
  const started = await fetch(new URL('/passwordless/start', facts.base_url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-language': walk.locale },
    body: JSON.stringify({ client_id, connection: 'email', email, send: 'code' }),
  });
  if (started.status !== 200) throw new Error(await started.text());
  await page.setContent((await messageFor(email)).html);
  await walk.see(page, 'mail-code', { within: true });
  await walk.leave(page);
}
