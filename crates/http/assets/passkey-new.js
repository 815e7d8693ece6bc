// Makes a passkey, where the browser can: for somebody new, for somebody who came by a code, or on the account page.
const form = document.querySelector('form[data-options]');
const failed = document.getElementById(`${form.id}-error`);
const { auth_session, answer, token, name, session } = form.elements;

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const begin = async () => {
  const body = new URLSearchParams({ token: token.value });
  for (const field of [name, session]) if (field) body.set(field.name, field.value);
  const response = await fetch(form.dataset.options, { method: 'POST', body });
  if (response.ok) return response.json();
  // What is wrong with the name, or how long to wait, is told in words.
  const told = response.headers.get('content-type')?.startsWith('application/json') ? await response.json() : {};
  throw Object.assign(new Error(`${response.status}`), { told: told.text });
};

const make = async () => {
  const { auth_session: ceremony, authn_params_public_key: options } = await begin();
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) })),
  };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  answer.value = JSON.stringify({
    id,
    rawId: text(rawId),
    type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  });
  auth_session.value = ceremony;
  form.submit();
};

if (window.PublicKeyCredential) {
  form.hidden = false;
  const unable = document.getElementById('passkey-unable');
  if (unable) unable.hidden = true;
  form.querySelector('[autofocus]')?.focus();
  let busy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    failed.hidden = true;
    try {
      await make();
    } catch (error) {
      // The browser's own words would say little.
      failed.textContent = error.told || failed.dataset.text;
      failed.hidden = false;
    }
    busy = false;
  });
}
