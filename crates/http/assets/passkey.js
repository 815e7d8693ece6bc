// Offers passkeys on the page that asks who somebody is: in the list of the browser, and by a button. The page works
// without it.
const form = document.getElementById('passkey');
const failed = document.getElementById('passkey-error');
const { auth_session, answer, remember, token } = form.elements;
// The server's challenge ends after five minutes.
const LIFE = 4 * 60 * 1000;
let pending = new AbortController();

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const begin = async () => {
  const body = new URLSearchParams({ token: token.value });
  const response = await fetch(form.dataset.options, { method: 'POST', body });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
};

const send = (credential, session) => {
  const { response } = credential;
  answer.value = JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  });
  auth_session.value = session;
  if (remember?.type === 'hidden') {
    remember.value = document.querySelector('[name=remember][type=checkbox]')?.checked ? '1' : '';
  }
  form.submit();
};

const ask = async (mediation) => {
  pending.abort();
  pending = new AbortController();
  const { signal } = pending;
  const { auth_session: session, authn_params_public_key: options } = await begin();
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  const request = mediation ? { publicKey, signal, mediation } : { publicKey, signal };
  if (mediation) setTimeout(() => signal.aborted || offer(), LIFE);
  send(await navigator.credentials.get(request), session);
};

const offer = () => ask('conditional').catch(() => {});

if (window.PublicKeyCredential) {
  form.hidden = false;
  const unable = document.getElementById('passkey-unable');
  if (unable) {
    // Here there is no other way in.
    unable.hidden = true;
    form.querySelector('button').focus();
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    failed.hidden = true;
    ask().catch((error) => {
      // A second press asks anew.
      if (error.name === 'AbortError') return;
      failed.textContent = failed.dataset.text;
      failed.hidden = false;
      // Whoever closed the dialog can go on with the list.
      offer();
    });
  });
  if (await PublicKeyCredential.isConditionalMediationAvailable?.()) offer();
}
