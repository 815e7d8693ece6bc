// Getting started, activity, settings, signing keys and streams.
import { facts, pass } from '../server.mjs';

const at = (path) => new URL(path, facts.base_url).href;

export async function home(walk, page, see) {
  const open = async (path, name) => {
    await page.goto(at(path));
    await page.locator(`[data-page=${name}]`).waitFor();
  };
  const save = () => walk.anew(page, () => page.getByRole('button', { name: 'Save', exact: true }).click());

  await see('start');
  const { width, height } = page.viewportSize();
  await page.setViewportSize({ width: 320, height });
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await see('menu');
  await page.getByRole('button', { name: 'Close the menu' }).click();
  await page.setViewportSize({ width, height });
  await activity(walk, page, see, open, save);

  await open('/dashboard/settings', 'tenant');
  await see('settings-general');
  await page.locator('#session_lifetime').fill('soon');
  await save();
  await see('settings-general-error');
  await open('/dashboard/settings/branding', 'branding');
  await see('settings-branding');
  await page.locator('[id="colors.primary"]').fill('#7a1fa2');
  await page.frameLocator('.sample.light').locator('link[href*="%237a1fa2"]').waitFor({ state: 'attached' });
  await see('settings-branding-typed');
  await page.locator('[id="colors.primary"]').fill('purple');
  await save();
  await see('settings-branding-error');
  await open('/dashboard/settings/branding/sample?typed=1&colors.primary=%237a1fa2', 'sample');
  await see('settings-branding-sample');
  await open('/dashboard/settings/texts', 'texts');
  await page.locator('[id="login-id.login-id.title"]').fill('x'.repeat(1001));
  await save();
  await see('settings-texts-error');
  await open('/dashboard/settings/texts?language=ar', 'texts');
  await see('settings-texts');
  await domains(walk, page, see, open);

  await open('/dashboard/keys', 'keys');
  await see('keys');
  await page.getByText('Rotate the keys').first().click();
  await walk.anew(page, () => page.getByRole('button', { name: 'Rotate the keys' }).click());
  await see('keys-unconfirmed');
  await streams(walk, page, see, open);
  await open('/dashboard/api', 'reference');
  await see('reference');
  await page.getByRole('link', { name: 'ConnectionCreate' }).first().click();
  await page.locator('[data-page=schema]').waitFor();
  await see('reference-schema');
}

/** Somebody signed in here before: other areas, or these steps. */
async function activity(walk, page, see, open, save) {
  const person = await walk.newcomer();
  await walk.ask(person, 'sms');
  await walk.leave(person);
  pass(15);
  await open('/dashboard/activity?days=7', 'activity');
  await page.locator('.chart').first().waitFor();
  await see('activity');
  await page.getByText('Numbers of Messages').click();
  await page.getByText('Other days').click();
  await see('activity-open');
  await open('/dashboard/activity?from=2020-02-01&to=2020-02-03', 'activity');
  await see('activity-empty');
  await open('/dashboard/activity?from=2020-02-03&to=2020-02-01', 'activity');
  await see('activity-error');
  await open('/dashboard/activity/prices', 'prices');
  await see('prices');
  await page.locator('#currency').fill('EUR');
  await page.locator('#countries').fill('Germany');
  await save();
  await see('prices-error');
  await page.locator('#countries').fill('DE 0.09');
  await page.locator('#sms').fill('0.05');
  await save();
  await open('/dashboard/activity', 'activity');
  await see('activity-priced');
}

async function domains(walk, page, see, open) {
  await open('/dashboard/settings/domains', 'domains');
  await see('domains-empty');
  await page.locator('#domain').fill('id.acme.example');
  await walk.anew(page, () => page.getByRole('button', { name: 'Add', exact: true }).click());
  await see('domains');
  await page.getByRole('link', { name: 'id.acme.example' }).click();
  await page.locator('[data-page=domain]').waitFor();
  await see('domain');
  await page.getByText('Delete the domain').first().click();
  await page.locator('#delete-confirm').fill('id.acme.example');
  await walk.anew(page, () => page.getByRole('button', { name: 'Delete the domain' }).click());
}

async function streams(walk, page, see, open) {
  await open('/dashboard/streams', 'streams');
  await see('streams-empty');
  await page.getByRole('link', { name: 'Create a stream' }).click();
  await page.locator('[data-page=stream]').waitFor();
  await see('stream-new');
  await page.locator('#name').fill('SIEM');
  await page.locator('[id="sink.httpEndpoint"]').fill('nowhere');
  await walk.anew(page, () => page.getByRole('button', { name: 'Create', exact: true }).click());
  await see('stream-error');
  await page.locator('[id="sink.httpEndpoint"]').fill('https://logs.example.com/in');
  await page.getByLabel('Failed sign-ins', { exact: true }).check();
  await walk.anew(page, () => page.getByRole('button', { name: 'Create', exact: true }).click());
  await page.locator('[data-page=stream_delivery]').waitFor();
  await see('stream-secret');
  await page.locator('#from').fill('yesterday');
  await walk.anew(page, () => page.getByRole('button', { name: 'Send again' }).click());
  await see('stream-replay-error');
  await walk.anew(page, () => page.getByRole('button', { name: 'Send a test' }).click());
  await page.getByText('A new signing secret').click();
  await page.getByText('Stop the signing secret at once').click();
  await see('stream-tested');
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.locator('[data-page=stream]').waitFor();
  await see('stream');
  await open('/dashboard/streams', 'streams');
  await see('streams');
  await page.getByRole('link', { name: 'SIEM' }).click();
  await page.locator('[data-page=stream]').waitFor();
  await page.getByText('Delete the stream').first().click();
  await page.locator('#delete-confirm').fill('SIEM');
  await walk.anew(page, () => page.getByRole('button', { name: 'Delete the stream' }).click());
}
