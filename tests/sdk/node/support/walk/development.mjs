// The pages of development mode. They are in English, whatever the reader asks for.
import { facts, freshMailbox, messageFor } from '../server.mjs';

const NUMBER = '+14155550100';

export async function development(walk) {
  if (walk.locale !== 'en') return;
  const page = await walk.newcomer();
  const inbox = new URL('/dev/inbox', facts.base_url).href;
  await fetch(`${inbox}/messages`, { method: 'DELETE' });
  await page.goto(inbox);
  await walk.see(page, 'inbox-empty');

  await page.goto(new URL('/dev/', facts.base_url).href);
  await walk.see(page, 'demo');
  await page.getByLabel('Phone number').fill('1');
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.locator('#said:not(:empty)').waitFor();
  await walk.see(page, 'demo-error');
  await page.getByLabel('Phone number').fill(NUMBER);
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.getByLabel('Code', { exact: true }).waitFor();
  await walk.see(page, 'demo-code');
  await page.getByLabel('Code', { exact: true }).fill((await messageFor(NUMBER)).code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Your id_token says' }).waitFor();
  await walk.see(page, 'demo-signed-in');

  const mailbox = await walk.ask(page, 'email');
  await messageFor(mailbox);
  await page.goto(inbox);
  await page.locator('article').first().waitFor();
  await walk.see(page, 'inbox');
  await walk.leave(page);
}
