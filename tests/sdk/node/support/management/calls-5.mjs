// The calls of the Management API in the words of auth0 5, 6 and 7: each is answered with data, status and
// headers.
export const called = 'ManagementError';

/** What an error of this SDK says. */
export const told = ({ statusCode, body, rawResponse }) => ({
  status: statusCode, title: body?.error, code: body?.errorCode, text: body?.message, headers: rawResponse?.headers,
});

export const hasTypes = true;

async function one(promise) {
  const { data, rawResponse } = await promise.withRawResponse();
  return { data, status: rawResponse.status, headers: rawResponse.headers };
}

/** A page, and how to turn it. */
async function list(promise) {
  const page = await promise;
  const { status, headers } = page.rawResponse;
  return { data: page.data, whole: page.response, page, status, headers };
}

/** A list that has no pages, by its key. */
const part = (key, promise) => one(promise).then((answer) => ({ ...answer, whole: answer.data, data: answer.data[key] }));

export function calls(m) {
  const { phone, templates, themes } = m.branding;
  return {
    connections: {
      list: (query) => list(m.connections.list(query)),
      create: (body) => one(m.connections.create(body)),
      read: (id, query) => one(m.connections.get(id, query)),
      update: (id, body) => one(m.connections.update(id, body)),
      remove: (id) => one(m.connections.delete(id)),
      clients: (id, query) => list(m.connections.clients.get(id, query)),
      switch: (id, switches) => one(m.connections.clients.update(id, switches)),
      removeUser: (id, email) => one(m.connections.users.deleteByEmail(id, { email })),
      status: (id) => one(m.connections.checkStatus(id)),
      scim: (id) => one(m.connections.scimConfiguration.get(id)),
    },
    clients: {
      list: (query) => list(m.clients.list(query)),
      create: (body) => one(m.clients.create(body)),
      read: (id, query) => one(m.clients.get(id, query)),
      update: (id, body) => one(m.clients.update(id, body)),
      remove: (id) => one(m.clients.delete(id)),
      rotate: (id) => one(m.clients.rotateSecret(id)),
      connections: (id, query) => list(m.clients.connections.get(id, query)),
      credentials: (id) => one(m.clients.credentials.list(id)),
      addCredential: (id, body) => one(m.clients.credentials.create(id, body)),
      credential: (id, key) => one(m.clients.credentials.get(id, key)),
      updateCredential: (id, key, body) => one(m.clients.credentials.update(id, key, body)),
      removeCredential: (id, key) => one(m.clients.credentials.delete(id, key)),
    },
    users: {
      list: (query) => list(m.users.list(query)),
      create: (body) => one(m.users.create(body)),
      read: (id, query) => one(m.users.get(id, query)),
      update: (id, body) => one(m.users.update(id, body)),
      remove: (id) => one(m.users.delete(id)),
      byEmail: (query) => one(m.users.listUsersByEmail(query)),
      link: (id, body) => one(m.users.identities.link(id, body)),
      unlink: (id, provider, user) => one(m.users.identities.delete(id, provider, user)),
      sessions: (id, query) => list(m.users.sessions.list(id, query)),
      endSessions: (id) => one(m.users.sessions.delete(id)),
      refreshTokens: (id, query) => list(m.users.refreshToken.list(id, query)),
      revokeRefreshTokens: (id) => one(m.users.refreshToken.delete(id)),
      revokeAccess: (id, body) => one(m.users.revokeAccess(id, body)),
      methods: (id, query) => list(m.users.authenticationMethods.list(id, query)),
      method: (id, method) => one(m.users.authenticationMethods.get(id, method)),
      removeMethods: (id) => one(m.users.authenticationMethods.deleteAll(id)),
      logs: (id, query) => list(m.users.logs.list(id, query)),
      roles: (id) => list(m.users.roles.list(id)),
      permissions: (id) => list(m.users.permissions.list(id)),
      organizations: (id) => list(m.users.organizations.list(id)),
      enrollments: (id) => one(m.users.enrollments.get(id)),
      removeMultifactor: (id, provider) => one(m.users.multifactor.deleteProvider(id, provider)),
      regenerateRecoveryCode: (id) => one(m.users.regenerateRecoveryCode(id)),
    },
    blocks: {
      of: (identifier) => one(m.userBlocks.listByIdentifier({ identifier })),
      lift: (identifier) => one(m.userBlocks.deleteByIdentifier({ identifier })),
      ofUser: (id) => one(m.userBlocks.list(id)),
      liftUser: (id) => one(m.userBlocks.delete(id)),
      ofIp: (ip) => one(m.anomaly.blocks.checkIp(ip)),
      liftIp: (ip) => one(m.anomaly.blocks.unblockIp(ip)),
    },
    devices: {
      list: (query) => list(m.deviceCredentials.list(query)),
      enrol: (body) => one(m.deviceCredentials.createPublicKey(body)),
      remove: (id) => one(m.deviceCredentials.delete(id)),
    },
    sessions: {
      read: (id) => one(m.sessions.get(id)),
      remove: (id) => one(m.sessions.delete(id)),
      update: (id, body) => one(m.sessions.update(id, body)),
      revoke: (id) => one(m.sessions.revoke(id)),
    },
    refreshTokens: {
      read: (id) => one(m.refreshTokens.get(id)),
      remove: (id) => one(m.refreshTokens.delete(id)),
      list: m.refreshTokens.list && ((query) => list(m.refreshTokens.list(query))),
      update: m.refreshTokens.update && ((id, body) => one(m.refreshTokens.update(id, body))),
      revoke: m.refreshTokens.revoke && ((body) => one(m.refreshTokens.revoke(body))),
    },
    grants: {
      list: (query) => list(m.userGrants.list(query)),
      remove: (id) => one(m.userGrants.delete(id)),
      removeOf: (user_id) => one(m.userGrants.deleteByUserId({ user_id })),
    },
    apis: {
      list: (query) => list(m.resourceServers.list(query)),
      create: (body) => one(m.resourceServers.create(body)),
      read: (id) => one(m.resourceServers.get(id)),
      update: (id, body) => one(m.resourceServers.update(id, body)),
      remove: (id) => one(m.resourceServers.delete(id)),
    },
    clientGrants: {
      list: (query) => list(m.clientGrants.list(query)),
      create: (body) => one(m.clientGrants.create(body)),
      read: m.clientGrants.get && ((id) => one(m.clientGrants.get(id))),
      update: (id, body) => one(m.clientGrants.update(id, body)),
      remove: (id) => one(m.clientGrants.delete(id)),
    },
    emailProvider: {
      read: (query) => one(m.emails.provider.get(query)),
      create: (body) => one(m.emails.provider.create(body)),
      update: (body) => one(m.emails.provider.update(body)),
      remove: () => one(m.emails.provider.delete()),
    },
    emailTemplates: {
      read: (name) => one(m.emailTemplates.get(name)),
      create: (body) => one(m.emailTemplates.create(body)),
      update: (name, body) => one(m.emailTemplates.update(name, body)),
      put: (name, body) => one(m.emailTemplates.set(name, body)),
    },
    branding: {
      read: () => one(m.branding.get()),
      update: (body) => one(m.branding.update(body)),
      template: () => one(templates.getUniversalLogin()),
      theme: () => one(themes.getDefault()),
    },
    phoneProviders: {
      list: (query) => part('providers', phone.providers.list(query)),
      create: (body) => one(phone.providers.create(body)),
      read: (id) => one(phone.providers.get(id)),
      update: (id, body) => one(phone.providers.update(id, body)),
      remove: (id) => one(phone.providers.delete(id)),
      try: (id, body) => one(phone.providers.test(id, body)),
    },
    phoneTemplates: {
      list: (query) => part('templates', phone.templates.list(query)),
      create: (body) => one(phone.templates.create(body)),
      read: (id) => one(phone.templates.get(id)),
      update: (id, body) => one(phone.templates.update(id, body)),
      reset: (id) => one(phone.templates.reset(id, {})),
      remove: (id) => one(phone.templates.delete(id)),
    },
    customDomains: {
      list: () => one(m.customDomains.list()),
      create: (body) => one(m.customDomains.create(body)),
      read: (id) => one(m.customDomains.get(id)),
      update: (id, body) => one(m.customDomains.update(id, body)),
      remove: (id) => one(m.customDomains.delete(id)),
    },
    tenant: {
      read: (query) => one(m.tenants.settings.get(query)),
      update: (body) => one(m.tenants.settings.update(body)),
    },
    prompts: {
      read: () => one(m.prompts.getSettings()),
      update: (body) => one(m.prompts.updateSettings(body)),
      text: (prompt, language) => one(m.prompts.customText.get(prompt, language)),
      setText: (prompt, language, body) => one(m.prompts.customText.set(prompt, language, body)),
      partials: (prompt) => one(m.prompts.partials.get(prompt)),
    },
    logs: { list: (query) => list(m.logs.list(query)), read: (id) => one(m.logs.get(id)) },
    streams: {
      list: () => one(m.logStreams.list()),
      create: (body) => one(m.logStreams.create(body)),
      read: (id) => one(m.logStreams.get(id)),
      update: (id, body) => one(m.logStreams.update(id, body)),
      remove: (id) => one(m.logStreams.delete(id)),
    },
    jobs: {
      importUsers: (users, body) => one(m.jobs.usersImports.create({ users, ...body })),
      exportUsers: (body) => one(m.jobs.usersExports.create(body)),
      verifyEmail: (body) => one(m.jobs.verificationEmail.create(body)),
      read: (id) => one(m.jobs.get(id)),
      errors: (id) => one(m.jobs.errors.get(id)),
    },
    stats: { active: () => one(m.stats.getActiveUsersCount()), daily: (query) => one(m.stats.getDaily(query)) },
    keys: {
      list: () => one(m.keys.signing.list()),
      read: (kid) => one(m.keys.signing.get(kid)),
      rotate: () => one(m.keys.signing.rotate()),
      revoke: (kid) => one(m.keys.signing.revoke(kid)),
    },
    protection: {
      bruteForce: () => one(m.attackProtection.bruteForceProtection.get()),
      setBruteForce: (body) => one(m.attackProtection.bruteForceProtection.update(body)),
      ip: () => one(m.attackProtection.suspiciousIpThrottling.get()),
      setIp: (body) => one(m.attackProtection.suspiciousIpThrottling.update(body)),
      breached: () => one(m.attackProtection.breachedPasswordDetection.get()),
      bots: () => one(m.attackProtection.botDetection.get()),
      captcha: () => one(m.attackProtection.captcha.get()),
    },
    absent: {
      lists: {
        rules: () => list(m.rules.list()),
        roles: () => list(m.roles.list()),
        organizations: () => list(m.organizations.list()),
        actions: () => list(m.actions.list()),
        forms: () => list(m.forms.list()),
        flows: () => list(m.flows.list()),
        vault: () => list(m.flows.vault.connections.list()),
        accessLists: () => list(m.networkAcls.list()),
        profiles: () => list(m.selfServiceProfiles.list()),
        attributeProfiles: () => list(m.userAttributeProfiles.list()),
        connectionProfiles: () => list(m.connectionProfiles.list()),
        exchangeProfiles: () => list(m.tokenExchangeProfiles.list()),
      },
      factors: () => one(m.guardian.factors.list()),
      policies: () => one(m.guardian.policies.list()),
      role: (body) => one(m.roles.create(body)),
      removeRole: (id) => one(m.roles.delete(id)),
      organization: (body) => one(m.organizations.create(body)),
      ticket: (body) => one(m.tickets.changePassword(body)),
    },
  };
}
