// Links that are meant for an app, opened in a browser.
import { facts } from '../server.mjs';

export async function appLink(walk) {
  const page = await walk.newcomer();
  for (const [path, name] of [
    ['/ios/com.example.demo/sms?code=123456', 'app-link'],
    ['/android/com.example.demo/email', 'app-link-without-code'],
    ['/ios/com.example.nobody/sms?code=123456', 'error-app-link'],
  ]) {
    await page.goto(new URL(path, facts.base_url).href);
    await walk.see(page, name);
  }
  await walk.leave(page);
}
