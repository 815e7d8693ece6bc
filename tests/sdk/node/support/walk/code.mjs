// The code, please.
import { messageFor, otherThan, pass } from '../server.mjs';

export async function code(walk) {
  const page = await walk.newcomer();
  const enter = async (code, name) => {
    await walk.anew(page, () => walk.enter(page, code));
    await page.locator('#error').waitFor();
    await walk.see(page, name);
  };
  const resend = async () => {
    await walk.anew(page, () => walk.byHand(page, '/login/resend'));
    await page.locator('.notice, main > .error').waitFor();
  };
  const number = await walk.ask(page, 'sms');
  await walk.see(page, 'code');
  await enter('12', 'code-error');
  pass(61);
  await page.goto(page.url().replace('/login/resend', '/login/code'));
  await walk.see(page, 'code-no-wait');
  await resend();
  await walk.see(page, 'code-sent-again');
  pass(15);
  await resend();
  await walk.see(page, 'code-wait');
  pass(121);
  await resend();
  pass(15);
  await resend();
  await walk.see(page, 'code-wait-minutes');
  await enter(otherThan((await messageFor(number)).code), 'code-wrong');
  await enter('34', 'code-no-tries-left');

  const late = await walk.ask(page, 'sms');
  const { code } = await messageFor(late);
  pass(181);
  await enter(code, 'code-expired');

  await walk.ask(page, 'email', { connection: 'email' });
  await walk.see(page, 'link-wait');
  await enter('12', 'link-wait-error');

  const left = await walk.ask(page, 'sms');
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await walk.enter(tab, (await messageFor(left)).code);
  await walk.back(tab);
  await page.reload();
  await page.locator('[data-page=message]').waitFor();
  await walk.see(page, 'signed-in-already');
  await walk.leave(page);
}
