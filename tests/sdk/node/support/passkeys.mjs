// An authenticator of a page, by the tools of the browser.
import { facts } from './server.mjs';

const GRANT = 'urn:okta:params:oauth:grant-type:webauthn';

/** One that finds its person there, and knows them. */
export async function authenticator(page, more = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true,
      hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true, ...more,
    },
  });
  const send = (method, params = {}) => session.send(`WebAuthn.${method}`, { authenticatorId, ...params });
  return {
    credentials: async () => (await send('getCredentials')).credentials,
    add: (credential) => send('addCredential', { credential }),
    /** Whether it knows its person. */
    verifies: (isUserVerified) => send('setUserVerified', { isUserVerified }),
    /** Whether its person touches it at once: whether a list of the browser answers by itself. */
    touches: (enabled) => send('setAutomaticPresenceSimulation', { enabled }),
    leave: () => send('removeVirtualAuthenticator'),
  };
}

/** A browser that has passkeys and no list of them at a field. What is there answers a press alone. */
export function withoutLists(page) {
  return page.addInitScript(() => Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: undefined }));
}

/** From now on, the person closes every dialog of a page. */
export function closesDialogs(page) {
  return page.evaluate(() => {
    navigator.credentials.get = () => Promise.reject(new DOMException('closed', 'NotAllowedError'));
  });
}

/** Signs up on the page of an app, by the requests of Auth0's SDKs; the tokens, or what was refused. */
export function signUp(page, email) {
  return page.evaluate(async ({ base, client, email, grant }) => {
    const post = async (path, body) => {
      const answer = await fetch(new URL(path, base), {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ client_id: client, ...body }),
      });
      return answer.json();
    };
    const begun = await post('passkey/register', { realm: 'email', user_profile: { email, name: 'Ada' } });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.authn_params_public_key);
    const made = await navigator.credentials.create({ publicKey });
    const { auth_session } = begun;
    return post('oauth/token', { grant_type: grant, auth_session, authn_response: made.toJSON(), scope: 'openid profile' });
  }, { base: facts.base_url, client: facts.clients.spa.client_id, email, grant: GRANT });
}
