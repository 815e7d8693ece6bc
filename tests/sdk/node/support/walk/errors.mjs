// Pages that are nothing but an error.
import { CLIENTS, NOWHERE } from '../prepared.mjs';
import { facts } from '../server.mjs';

export async function errors(walk) {
  const page = await walk.newcomer();
  const at = async (url, name) => {
    await page.goto(url);
    await page.locator('[data-page=message]').waitFor();
    await walk.see(page, name);
  };
  await at(walk.request({ client_id: 'nobody' }), 'error-unknown-app');
  await at(walk.request({ redirect_uri: 'https://elsewhere.example/' }), 'error-redirect');
  await at(walk.request({ client_id: CLIENTS.none, redirect_uri: NOWHERE }), 'error-no-way-in');
  await at(`${facts.base_url}/login?state=unknown`, 'error-page-expired');
  await page.goto(walk.request());
  const sameElsewhere = page.url();
  await page.context().clearCookies();
  await at(sameElsewhere, 'error-cookies');
  await walk.leave(page);
}
