// An authenticator of a page, by the tools of the browser.

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
    leave: () => send('removeVirtualAuthenticator'),
  };
}
