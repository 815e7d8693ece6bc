// The server that `cargo xtask sdk` started for this suite: its facts, its inbox and its clock.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export const facts = JSON.parse(readFileSync(variable('LATCHKEY_DEV_JSON'), 'utf8'));

/** `localhost:PORT`, as the SDKs want it. */
export const domain = new URL(facts.base_url).host;

export function variable(name) {
  assert.ok(process.env[name], `${name} is not set: run this by cargo xtask sdk`);
  return process.env[name];
}

let next = 100;

/** A number that no test used before. */
export function freshNumber() {
  next += 1;
  return `+1415555${String(next).padStart(4, '0')}`;
}

/** An email address that no test used before. */
export function freshMailbox() {
  next += 1;
  return `ada${next}@example.com`;
}

/** Messages to a number or an email address, read from the inbox, the newest first: those after `after`, where it is given. */
async function messagesFor(address, after) {
  const url = new URL('/dev/inbox/messages', facts.base_url);
  if (after) url.searchParams.set('after', after.id);
  url.searchParams.set('to', address);
  url.searchParams.set('wait', '10');
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  const { messages } = await answer.json();
  assert.ok(messages.length > 0, `no message to ${address}`);
  for (const { channel } of messages) assert.equal(channel, address.includes('@') ? 'email' : 'sms');
  return messages;
}

/** The newest of them. */
export async function messageFor(address, after) {
  const [newest] = await messagesFor(address, after);
  return newest;
}

/** The newest of them that has a code: a notice of what just happened may have come later. */
export async function codeMessageFor(address, after) {
  const messages = await messagesFor(address, after);
  return messages.find((message) => message.code) ?? codeMessageFor(address, messages[0]);
}

/** The code of that message. */
export async function codeFor(address) {
  const { code, text } = await messageFor(address);
  assert.match(code, /^\d{6}$/);
  assert.ok(text.includes(code));
  return code;
}

/** The link of that message. */
export async function linkFor(address) {
  const { link, text } = await messageFor(address);
  assert.ok(link?.startsWith(facts.issuer), `no link of ours: ${link}`);
  assert.ok(text.includes(link));
  return link;
}

/** A code of six digits that is not this one. */
export function otherThan(code) {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

let ahead = 0;

/** Moves the server's clock forward. The clock only ever goes on, as clocks do. */
export function pass(seconds) {
  ahead += seconds;
  const file = variable('LATCHKEY_CLOCK_FILE');
  writeFileSync(`${file}.new`, String(ahead));
  renameSync(`${file}.new`, file);
}

export const WRONG_CODE = 'Wrong phone number or verification code.';
export const WRONG_EMAIL_CODE = 'Wrong email or verification code.';
export const EXPIRED_CODE = 'The verification code has expired. Please try to login again.';
export const NO_TRIES_LEFT = "You've reached the maximum number of attempts. Please try to login again.";
export const DEAD_REFRESH_TOKEN = 'Unknown or invalid refresh token.';
