// The hosted pages as a person meets them: by what they read and press, never by markup.
import { codeFor, freshNumber } from './server.mjs';

/** From the first page to the way back, with a number that nobody used before; the number. */
export async function signInOnPages(page, address = freshNumber()) {
  await identify(page, address);
  await enterCode(page, await codeFor(address));
  return address;
}

/** Says who one is; ends where the code is asked for. */
export async function identify(page, address) {
  if (address.includes('@')) {
    await page.getByRole('link', { name: 'Use an email address instead' }).click();
    await page.getByLabel('Email address').fill(address);
  } else {
    await page.getByLabel('Phone number').fill(address);
  }
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel(/code/i).waitFor();
}

/** Types the code, digit by digit, and presses the button. */
export async function enterCode(page, code) {
  await page.getByLabel(/code/i).pressSequentially(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The one press on the page of a link, in the browser that asked for it. */
export async function pressLink(page, link) {
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
