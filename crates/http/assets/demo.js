// Signs in by SMS with the public endpoints: what an app does, without an SDK.
const CLIENT = 'demo-native';
const OTP_GRANT = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const ask = document.getElementById('ask');
const enter = document.getElementById('enter');
const said = document.getElementById('said');
const result = document.getElementById('result');
const phone = () => '+' + document.getElementById('phone').value.replace(/[^0-9]/g, '');

async function post(path, body) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: CLIENT, ...body }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_description || answer.error);
  return answer;
}

function claims(token) {
  const base64 = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

async function attempt(form, work) {
  const button = form.querySelector('button');
  button.disabled = true;
  said.textContent = '';
  try {
    await work();
  } catch (error) {
    said.textContent = error.message;
  } finally {
    button.disabled = false;
  }
}

ask.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(ask, async () => {
    await post('/passwordless/start', { connection: 'sms', phone_number: phone(), send: 'code' });
    said.textContent = 'The code is in the inbox.';
    enter.hidden = false;
    document.getElementById('code').focus();
  });
});

enter.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(enter, async () => {
    const otp = document.getElementById('code').value;
    const scope = 'openid profile phone';
    const tokens = await post('/oauth/token', { grant_type: OTP_GRANT, username: phone(), otp, realm: 'sms', scope });
    document.getElementById('claims').textContent = JSON.stringify(claims(tokens.id_token), null, 2);
    result.hidden = false;
    said.textContent = 'Signed in.';
  });
});
