// The operator's pages. They are in English, so that one walk sees them.
import { facts } from '../server.mjs';
import { admins } from './dashboard-admins.mjs';
import { dashboardApplications } from './dashboard-applications.mjs';
import { messages } from './dashboard-messages.mjs';
import { people } from './dashboard-people.mjs';
import { home } from './dashboard-home.mjs';

const at = (path) => new URL(path, facts.base_url).href;

export async function dashboard(walk) {
  if (walk.locale !== 'en') return;
  const page = await walk.newcomer();
  const see = async (name) => {
    await walk.see(page, `dashboard-${name}`);
  };
  await page.goto(at('/dashboard/sign-in'));
  await see('sign-in');
  await page.goto(facts.dashboard_url);
  const link = page.url();
  await see('enter');
  await walk.press(page, '/dashboard/enter/');
  await page.locator('[data-page=start]').waitFor();
  await home(walk, page, see);
  await page.goto(at('/dashboard/connections/passwordless'));
  await page.locator('[data-page=passwordless]').waitFor();
  await see('passwordless');
  await page.locator('.who summary').click();
  await see('who');
  await page.getByRole('link', { name: 'Settings, domain and apps' }).click();
  await page.locator('[data-page=passkeys]').waitFor();
  for (const summary of await page.locator('main details > summary').all()) await summary.click();
  await see('passkeys');
  await page.locator('[id="passkeys.max_per_user"]').fill('many');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save', exact: true }).click());
  await see('passkeys-error');
  await page.goto(at('/dashboard/connections/passwordless/passkeys/off'));
  await page.locator('[data-page=off]').waitFor();
  await see('passkeys-off');
  await page.goto(at('/dashboard/connections/passwordless'));

  await page.getByRole('link', { name: 'Settings of SMS', exact: true }).click();
  await page.locator('[data-page=settings]').waitFor();
  await page.locator('#provider').selectOption('twilio');
  await see('sms');
  await page.locator('[id="totp.length"]').fill('three');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save' }).click());
  await see('sms-error');
  await page.goto(at('/dashboard/connections/passwordless'));
  await page.getByRole('link', { name: 'Settings of Email', exact: true }).click();
  await page.locator('[data-page=settings]').waitFor();
  await see('email');

  await page.locator('.tabs').getByRole('link', { name: 'Applications', exact: true }).click();
  await page.locator('[data-page=applications]').waitFor();
  await see('applications');
  await walk.anew(page, () => page.getByRole('button', { name: 'Save' }).click());
  await see('applications-saved');
  await page.goto(at('/dashboard/connections/passwordless/con_nothing/settings'));
  await see('refused');
  await dashboardApplications(walk, page, see);
  await messages(walk, page, see);

  await admins(walk, page);
  await people(walk, page, see);

  await page.goto(link);
  await see('link-dead');
  await page.goto(at('/dashboard'));
  await page.locator('.who summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('[data-page=sign_in]').waitFor();
  await walk.leave(page);
}
