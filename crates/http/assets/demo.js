// Signs in as an app does, without an SDK: by the public endpoints on its own page, or by OAuth on the
// hosted one.
const CLIENT = 'demo-native';
const SPA = 'demo-spa';
const OTP_GRANT = 'http://auth0.com/oauth/grant-type/passwordless/otp';
const ask = document.getElementById('ask');
const enter = document.getElementById('enter');
const said = document.getElementById('said');
const result = document.getElementById('result');
const phone = () => '+' + document.getElementById('phone').value.replace(/[^0-9]/g, '');

async function post(path, body, client = CLIENT) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: client, ...body }),
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

function show(tokens) {
  document.getElementById('claims').textContent = JSON.stringify(claims(tokens.id_token), null, 2);
  result.hidden = false;
  said.textContent = 'Signed in.';
}

async function attempt(button, work) {
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
  attempt(ask.querySelector('button'), async () => {
    await post('/passwordless/start', { connection: 'sms', phone_number: phone(), send: 'code' });
    said.textContent = 'The code is in the inbox.';
    enter.hidden = false;
    document.getElementById('code').focus();
  });
});

enter.addEventListener('submit', (event) => {
  event.preventDefault();
  attempt(enter.querySelector('button'), async () => {
    const otp = document.getElementById('code').value;
    const scope = 'openid profile phone';
    const tokens = await post('/oauth/token', { grant_type: OTP_GRANT, username: phone(), otp, realm: 'sms', scope });
    show(tokens);
  });
});

// Authorization code with PKCE (RFC 7636). What has to survive the way to the hosted page and back is
// kept for this tab.
const hosted = document.getElementById('hosted');
const callback = `${location.origin}/dev/`;
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

hosted.addEventListener('click', () => {
  attempt(hosted, async () => {
    const [verifier, state] = [random(), random()];
    sessionStorage.setItem('hosted', JSON.stringify({ verifier, state }));
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
    const query = new URLSearchParams({
      client_id: SPA, response_type: 'code', redirect_uri: callback, scope: 'openid profile email phone',
      state, code_challenge: base64url(hash), code_challenge_method: 'S256',
    });
    location.assign(`/authorize?${query}`);
  });
});

const answer = new URLSearchParams(location.search);
if (answer.has('state')) {
  history.replaceState(null, '', callback);
  attempt(hosted, async () => {
    const kept = JSON.parse(sessionStorage.getItem('hosted') ?? '{}');
    sessionStorage.removeItem('hosted');
    if (answer.get('state') !== kept.state) throw new Error('This answer belongs to another sign-in.');
    if (answer.has('error')) throw new Error(answer.get('error_description') ?? answer.get('error'));
    show(await post('/oauth/token', {
      grant_type: 'authorization_code', code: answer.get('code'), redirect_uri: callback,
      code_verifier: kept.verifier,
    }, SPA));
  });
}
