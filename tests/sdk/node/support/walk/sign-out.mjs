// Signing out, and being asked whether one meant it.
import { facts, messageFor } from '../server.mjs';

export async function signOut(walk) {
  const page = await walk.newcomer();
  const number = await walk.ask(page, 'sms');
  await walk.enter(page, (await messageFor(number)).code);
  await walk.back(page);
  const at = (path, query = {}) => {
    const url = new URL(path, facts.base_url);
    url.search = new URLSearchParams({ ui_locales: walk.locale, ...query });
    return page.goto(url.href);
  };
  await at('/oidc/logout');
  await walk.see(page, 'sign-out');
  await walk.press(page, '/oidc/logout');
  await page.locator('[data-page=message]').waitFor();
  await walk.see(page, 'signed-out');
  await at('/v2/logout', { returnTo: 'https://elsewhere.example/' });
  await walk.see(page, 'error-sign-out-redirect');
  await walk.leave(page);
}
