// Never run: the compiler reads it against latchkey-login.d.ts.
import { LatchkeyError, LatchkeyLogin, type LatchkeyTokens, negotiate } from '../../../../crates/http/assets/latchkey-login.js';

const login: LatchkeyLogin = document.createElement('latchkey-login');
login.domain = 'login.example.com';
login.clientId = 'app';
login.responseMode = 'message';
login.addEventListener('latchkey-signed-in', ({ detail }) => {
  const token: string = detail.access_token;
  console.log(token.length);
});
login.addEventListener('latchkey-sent', ({ detail }) => console.log(detail.channel === 'sms', detail.link));
login.addEventListener('latchkey-error', ({ detail }) => console.log(detail.code, detail.message, detail.description));
login.addEventListener('click', (event) => console.log(event.clientX));

// @ts-expect-error: no such mode
login.responseMode = 'popup';
// @ts-expect-error: the state is the element's own
login.state = 'done';

async function byMethods(): Promise<LatchkeyTokens> {
  try {
    await login.start('+14155550100');
    return await login.submit('123456');
  } catch (error) {
    if (error instanceof LatchkeyError && error.status === 429) console.log(error.wait);
    throw error;
  }
}

console.log(byMethods(), login.signIn(), negotiate(navigator.languages));
