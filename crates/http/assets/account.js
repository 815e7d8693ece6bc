// Makes a passkey on the account page, where the browser can. The rest of the page works without it.
const form = document.getElementById('add-passkey');
const failed = document.getElementById('add-passkey-error');
const { auth_session, answer, token, session } = form.elements;

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const begin = async () => {
  const body = new URLSearchParams({ token: token.value, session: session.value });
  const response = await fetch(form.dataset.options, { method: 'POST', body });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
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
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    failed.hidden = true;
    make().catch(() => {
      failed.hidden = false;
    });
  });
}
