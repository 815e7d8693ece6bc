// What may the app have?
import { API } from '../prepared.mjs';
import { facts, messageFor } from '../server.mjs';

export async function consent(walk) {
  const page = await walk.newcomer();
  const number = await walk.ask(page, 'sms', { prompt: 'login consent' });
  await walk.enter(page, (await messageFor(number)).code);
  await page.locator('button[value="allow"]').waitFor();
  await walk.see(page, 'consent');
  await page.locator('button[value="deny"]').click();
  await walk.back(page);
  await page.goto(walk.request({ prompt: 'consent', scope: 'openid' }));
  await walk.see(page, 'consent-little');
  await page.goto(walk.request({ prompt: 'consent', scope: 'openid read:invoices', audience: API }));
  await walk.see(page, 'consent-api');
  await walk.leave(page);

  // What a browser without scripts shows, in one with scripts, since axe-core is one.
  const plain = await walk.newcomer({ javaScriptEnabled: false });
  const other = await walk.ask(plain, 'sms', { response_mode: 'form_post' });
  await walk.send(plain, '/login/code', '#code', (await messageFor(other)).code);
  await plain.locator('[data-page=form_post]').waitFor();
  const body = (await plain.content()).replace(/<script.*<\/script>|<\/?noscript>/g, '');
  await walk.leave(plain);
  const shown = await walk.newcomer();
  await shown.route('**/form-post', (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await shown.goto(new URL('/form-post', facts.base_url).href);
  await walk.see(shown, 'form-post');
  await walk.leave(shown);
}
