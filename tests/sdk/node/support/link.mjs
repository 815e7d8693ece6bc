// The page of a link as somebody without scripts uses it: look, then press its one button.
import assert from 'node:assert/strict';

/** Where the press leads. */
export async function pressLinkByHand(link) {
  const page = await fetch(link);
  assert.equal(page.status, 200);
  const cookie = page.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const token = /name="token" value="([^"]*)"/.exec(await page.text())?.[1];
  assert.ok(token, 'the page has no form to press');
  const body = new URLSearchParams({ token });
  const headers = { cookie, origin: new URL(link).origin };
  const answer = await fetch(link, { method: 'POST', body, headers, redirect: 'manual' });
  const to = answer.headers.get('location');
  assert.ok(to, `the press was answered with ${answer.status}`);
  return new URL(to);
}
