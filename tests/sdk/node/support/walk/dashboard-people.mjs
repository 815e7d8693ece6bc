// The operator's pages about people and what they did: Users and Logs.
import { facts, freshMailbox, freshNumber } from '../server.mjs';

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
  await logs(page, open, see);
  await open(user, 'user');
  await page.locator('details.danger > summary').click();
  await page.locator('#delete-confirm').fill(number);
  await press('Delete');
  await page.locator('[data-page=users]').waitFor();
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
