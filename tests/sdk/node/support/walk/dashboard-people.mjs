// The operator's pages about people and what they did: Users and Logs.
import { Device } from '../device-key.mjs';
import { authenticator } from '../passkeys.mjs';
import { CLIENTS, NOWHERE } from '../prepared.mjs';
import { facts, freshMailbox, freshNumber } from '../server.mjs';
import { signUp } from './account.mjs';

const at = (path) => new URL(path, facts.base_url).href;

/** `page` is that of a signed-in administrator; `see` looks at it by a name. */
export async function people(walk, page, see) {
  const number = freshNumber();
  const press = (name) => walk.anew(page, () => page.getByRole('button', { name, exact: true }).first().click());
  const open = async (path, kind) => {
    await page.goto(at(path));
    await page.locator(`[data-page=${kind}]`).waitFor();
  };
  const create = async (connection, address, name) => {
    await open('/dashboard/users/new', 'user_new');
    await page.locator('#connection').selectOption(connection);
    await page.locator('#address').fill(address);
    await page.locator('[name=verified]').check();
    await page.locator('#name').fill(name);
    await press('Create');
  };
  await open('/dashboard/users?q=nobody-of-this-name', 'users');
  await see('users-none');
  await open('/dashboard/users/new', 'user_new');
  await see('user-new');
  const mailbox = freshMailbox();
  await create('email', mailbox, `Dr. ${'Maximiliane '.repeat(12)}von und zu Hohenlohe`);
  await create('sms', number, 'عمر ليلى');
  await page.locator('[data-page=user]').waitFor();
  await see('user-created');
  const user = new URL(page.url()).pathname;
  await create('sms', number, 'Again');
  await see('user-new-error');
  await open('/dashboard/users', 'users');
  await page.locator('details.help summary').click();
  await see('users');
  await open('/dashboard/users?by=lucene&q=name:(a', 'users');
  await see('users-error');

  await files(walk, page, see, open);

  await open(user, 'user');
  await page.locator('details:has([name=address]) > summary').click();
  await page.locator('details.danger > summary').click();
  await see('user');
  await page.locator('#user_metadata').fill('{"a": ');
  await press('Save metadata');
  await see('user-metadata-error');
  await page.locator('#user_metadata').fill('{"a": 1}');
  await press('Save metadata');
  await open(`${user}/link`, 'user_link');
  await page.locator('#q').fill('Maximiliane');
  await press('Search');
  await see('user-link');
  await page.getByRole('link', { name: /^Link Dr/ }).click();
  await page.locator('#link-confirm').waitFor();
  await page.locator('#link-confirm').fill('somebody else');
  await press('Link them');
  await see('user-link-unconfirmed');
  await page.locator('#link-confirm').fill(mailbox);
  await press('Link them');
  await page.locator('[data-page=user]').waitFor();
  await page.locator('details:has([action$="/unlink"]) > summary').click();
  await see('user-linked');
  await press('Block this user');
  await see('user-blocked');
  await press('Unblock');
  for (const [tab, kind] of [['devices', 'user_devices'], ['history', 'user_history'], ['raw', 'user_raw']]) {
    await open(`${user}/${tab}`, kind);
    await see(kind.replace('_', '-'));
  }
  await credentials(walk, page, open, see);
  await logs(page, open, see);
  await open(user, 'user');
  await page.locator('details.danger > summary').click();
  await page.locator('#delete-confirm').fill(number);
  await press('Delete');
  await page.locator('[data-page=users]').waitFor();
}

/** Users in and out by files. */
async function files(walk, page, see, open) {
  await open('/dashboard/users', 'users');
  await page.locator('.row-menu summary').first().click();
  // A press scrolls the table of a small screen to wherever it cuts a text.
  await page.locator('.table').first().evaluate((table) => { table.scrollLeft = 0; });
  await see('users-menu');
  await open('/dashboard/users/import', 'user_import');
  await see('user-import');
  await walk.anew(page, () => page.getByRole('button', { name: 'Import', exact: true }).click());
  await see('user-import-error');
  const records = [{ phone_number: freshNumber(), name: 'Imported' }, { phone_number: 'nonsense', username: 'x' }];
  await page.locator('#connection_id').selectOption({ label: 'sms' });
  await page.locator('#users').setInputFiles({ name: 'users.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(records)) });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  // The page goes on by itself.
  await page.getByRole('heading', { name: 'Records that came to nothing' }).waitFor();
  await see('job-import');
  await open('/dashboard/users/export', 'user_export');
  await page.locator('#fields').fill('no name of a property');
  await page.locator('#limit').fill('many');
  await walk.anew(page, () => page.getByRole('button', { name: 'Export', exact: true }).click());
  await see('user-export-error');
  await open('/dashboard/users/export', 'user_export');
  await see('user-export');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('link', { name: 'Download the file' }).waitFor();
  await see('job-export');
}

/** Somebody who has a passkey and no address, and somebody whose phone has a key. */
async function credentials(walk, page, open, see) {
  const there = await walk.newcomer({});
  await authenticator(there);
  await there.route(`${NOWHERE}**`, (route) => route.fulfill({ body: 'At the app.' }));
  await there.goto(walk.request({ client_id: CLIENTS.members, redirect_uri: NOWHERE }));
  await there.locator('a[href^="/login/sign-up"]').click();
  const name = 'Ana María Österreicher-Lindström';
  await there.locator('#name').fill(name);
  await there.locator('#new-passkey button').click();
  await there.getByText('At the app.').waitFor();
  await walk.leave(there);
  const number = freshNumber();
  const { tokens } = await signUp(number, 'sms', facts.clients.native.client_id);
  await (await Device.enrolled(tokens.id_token, 'Ana Marías iPhone 17 Pro Max')).signIn();
  // Wide: axe-core is unsure of a cell that the edge of a table cuts.
  const narrow = page.viewportSize();
  await page.setViewportSize({ ...narrow, width: 1280 });
  for (const [who, state] of [[name, 'user-passkey'], [number, 'user-device-key']]) {
    await open('/dashboard/users', 'users');
    await page.getByRole('link', { name: who, exact: true }).first().click();
    await page.locator('[data-page=user]').waitFor();
    for (const summary of await page.locator('details:has([action*="/methods/"], [action*="/device-keys"]) > summary').all()) await summary.click();
    await see(state);
  }
  await page.setViewportSize(narrow);
}

async function logs(page, open, see) {
  await open('/dashboard/logs', 'logs');
  await page.locator('details.help summary').click();
  await see('logs');
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await page.getByText('Following: new entries appear on top.').waitFor();
  const rows = await page.locator('#entries tr').count();
  // Something happens in another tab.
  const other = await page.context().newPage();
  await other.goto(at('/dashboard/users/new'));
  await other.locator('#connection').selectOption('sms');
  await other.locator('#address').fill(freshNumber());
  await other.getByRole('button', { name: 'Create', exact: true }).click();
  await other.locator('[data-page=user]').waitFor();
  await other.close();
  await page.getByText('1 new entry since you follow.').waitFor();
  if ((await page.locator('#entries tr').count()) !== rows + 1) throw new Error('the new entry has no row');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await see('logs-followed');
  await page.locator('#entries a').first().click();
  await page.locator('[data-page=log_entry]').waitFor();
  await see('log-entry');
  await open('/dashboard/logs?type=errors&q=name:(a', 'logs');
  await see('logs-error');
  await open('/dashboard/logs?to=2001-01-01', 'logs');
  await see('logs-none');
}
