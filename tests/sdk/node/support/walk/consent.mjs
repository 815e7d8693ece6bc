// What may the app have?
import { API } from '../prepared.mjs';
import { messageFor } from '../server.mjs';

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

  const plain = await walk.newcomer({ javaScriptEnabled: false });
  const other = await walk.ask(plain, 'sms', { response_mode: 'form_post' });
  await walk.send(plain, '/login/code', '#code', (await messageFor(other)).code);
  await plain.locator('[data-page=form_post]').waitFor();
  await walk.plainly(plain, 'form-post');
}
