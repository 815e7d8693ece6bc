// The calls of the Management API in the words of auth0 4: each is answered with data, status and headers.
export const called = 'ManagementApiError';

/** What an error of this SDK says. */
export const told = (thrown) => ({
  status: thrown.statusCode, title: thrown.error, code: thrown.errorCode, text: thrown.msg, headers: thrown.headers,
});

/** The types of this generation take every property for required, which Auth0's own answers do not have. */
export const hasTypes = false;

/** A list in whichever form: its items, and the whole. */
const list = (key, answer) =>
  answer.then(({ data, status, headers }) => ({
    data: Array.isArray(data) ? data : data[key], whole: data, status, headers,
  }));

export function calls(m) {
  return {
    connections: {
      list: (query) => list('connections', m.connections.getAll(query)),
      create: (body) => m.connections.create(body),
      read: (id, query) => m.connections.get({ id, ...query }),
      update: (id, body) => m.connections.update({ id }, body),
      remove: (id) => m.connections.delete({ id }),
      clients: (id, query) => list('clients', m.connections.getEnabledClients({ id, ...query })),
      switch: (id, switches) => m.connections.updateEnabledClients({ id }, switches),
      removeUser: (id, email) => m.connections.deleteUserByEmail({ id, email }),
      status: (id) => m.connections.checkStatus({ id }),
      scim: (id) => m.connections.getScimConfiguration({ id }),
    },
    clients: {
      list: (query) => list('clients', m.clients.getAll(query)),
      create: (body) => m.clients.create(body),
      read: (client_id, query) => m.clients.get({ client_id, ...query }),
      update: (client_id, body) => m.clients.update({ client_id }, body),
      remove: (client_id) => m.clients.delete({ client_id }),
      rotate: (client_id) => m.clients.rotateClientSecret({ client_id }),
      connections: (client_id, query) => list('connections', m.clients.getEnabledConnections({ client_id, ...query })),
      credentials: (client_id) => m.clients.getCredentials({ client_id }),
      addCredential: (client_id, body) => m.clients.createCredential({ client_id }, body),
      credential: (client_id, credential_id) => m.clients.getCredential({ client_id, credential_id }),
      updateCredential: (client_id, credential_id, body) => m.clients.updateCredential({ client_id, credential_id }, body),
      removeCredential: (client_id, credential_id) => m.clients.deleteCredential({ client_id, credential_id }),
    },
    users: {
      list: (query) => list('users', m.users.getAll(query)),
      create: (body) => m.users.create(body),
      read: (id, query) => m.users.get({ id, ...query }),
      update: (id, body) => m.users.update({ id }, body),
      remove: (id) => m.users.delete({ id }),
      byEmail: (query) => m.usersByEmail.getByEmail(query),
      link: (id, body) => m.users.link({ id }, body),
      unlink: (id, provider, user_id) => m.users.unlink({ id, provider, user_id }),
      sessions: (user_id, query) => list('sessions', m.users.getSessions({ user_id, ...query })),
      endSessions: (user_id) => m.users.deleteSessions({ user_id }),
      refreshTokens: (user_id, query) => list('tokens', m.users.getRefreshTokens({ user_id, ...query })),
      revokeRefreshTokens: (user_id) => m.users.deleteRefreshTokens({ user_id }),
      methods: (id, query) => list('authenticators', m.users.getAuthenticationMethods({ id, ...query })),
      method: (id, authentication_method_id) => m.users.getAuthenticationMethod({ id, authentication_method_id }),
      removeMethods: (id) => m.users.deleteAuthenticationMethods({ id }),
      logs: (id, query) => list('logs', m.users.getLogs({ id, ...query })),
      roles: (id) => list('roles', m.users.getRoles({ id })),
      permissions: (id) => list('permissions', m.users.getPermissions({ id })),
      organizations: (id) => list('organizations', m.users.getUserOrganizations({ id })),
      enrollments: (id) => m.users.getEnrollments({ id }),
      removeMultifactor: (id, provider) => m.users.deleteMultifactorProvider({ id, provider }),
      regenerateRecoveryCode: (id) => m.users.regenerateRecoveryCode({ id }),
    },
    blocks: {
      of: (identifier) => m.userBlocks.getAll({ identifier }),
      lift: (identifier) => m.userBlocks.deleteAll({ identifier }),
      ofUser: (id) => m.userBlocks.get({ id }),
      liftUser: (id) => m.userBlocks.delete({ id }),
      ofIp: (id) => m.anomaly.checkIfIpIsBlocked({ id }),
      liftIp: (id) => m.anomaly.deleteBlockedIp({ id }),
    },
    devices: {
      list: (query) => list('device_credentials', m.deviceCredentials.getAll(query)),
      enrol: (body) => m.deviceCredentials.createPublicKey(body),
      remove: (id) => m.deviceCredentials.delete({ id }),
    },
    sessions: { read: (id) => m.sessions.get({ id }), remove: (id) => m.sessions.delete({ id }) },
    refreshTokens: { read: (id) => m.refreshTokens.get({ id }), remove: (id) => m.refreshTokens.delete({ id }) },
    grants: {
      list: (query) => list('grants', m.grants.getAll(query)),
      remove: (id) => m.grants.delete({ id }),
      removeOf: (user_id) => m.grants.deleteByUserId({ user_id }),
    },
    apis: {
      list: (query) => list('resource_servers', m.resourceServers.getAll(query)),
      create: (body) => m.resourceServers.create(body),
      read: (id) => m.resourceServers.get({ id }),
      update: (id, body) => m.resourceServers.update({ id }, body),
      remove: (id) => m.resourceServers.delete({ id }),
    },
    clientGrants: {
      list: (query) => list('client_grants', m.clientGrants.getAll(query)),
      create: (body) => m.clientGrants.create(body),
      update: (id, body) => m.clientGrants.update({ id }, body),
      remove: (id) => m.clientGrants.delete({ id }),
    },
    emailProvider: {
      read: (query) => m.emails.get(query),
      create: (body) => m.emails.configure(body),
      update: (body) => m.emails.update(body),
    },
    emailTemplates: {
      read: (templateName) => m.emailTemplates.get({ templateName }),
      create: (body) => m.emailTemplates.create(body),
      update: (templateName, body) => m.emailTemplates.update({ templateName }, body),
      put: (templateName, body) => m.emailTemplates.put({ templateName }, body),
    },
    branding: {
      read: () => m.branding.getSettings(),
      update: (body) => m.branding.updateSettings(body),
      template: () => m.branding.getUniversalLoginTemplate(),
      theme: () => m.branding.getDefaultTheme(),
    },
    phoneProviders: {
      list: (query) => list('providers', m.branding.getAllPhoneProviders(query)),
      create: (body) => m.branding.configurePhoneProvider(body),
      read: (id) => m.branding.getPhoneProvider({ id }),
      update: (id, body) => m.branding.updatePhoneProvider({ id }, body),
      remove: (id) => m.branding.deletePhoneProvider({ id }),
    },
    phoneTemplates: {
      list: (query) => list('templates', m.branding.getAllPhoneTemplates(query)),
      create: (body) => m.branding.createPhoneTemplate(body),
      read: (id) => m.branding.getPhoneTemplate({ id }),
      update: (id, body) => m.branding.updatePhoneTemplate({ id }, body),
      reset: (id) => m.branding.resetTemplate({ id }, {}),
      remove: (id) => m.branding.deletePhoneTemplate({ id }),
    },
    customDomains: {
      list: () => m.customDomains.getAll(),
      create: (body) => m.customDomains.create(body),
      read: (id) => m.customDomains.get({ id }),
      update: (id, body) => m.customDomains.update({ id }, body),
      remove: (id) => m.customDomains.delete({ id }),
    },
    tenant: { read: (query) => m.tenants.getSettings(query), update: (body) => m.tenants.updateSettings(body) },
    prompts: {
      read: () => m.prompts.get(),
      update: (body) => m.prompts.update(body),
      text: (prompt, language) => m.prompts.getCustomTextByLanguage({ prompt, language }),
      setText: (prompt, language, body) => m.prompts.updateCustomTextByLanguage({ prompt, language }, body),
      partials: (prompt) => m.prompts.getPartials({ prompt }),
    },
    logs: {
      list: ({ search: q, ...query }) => list('logs', m.logs.getAll({ q, ...query })),
      read: (id) => m.logs.get({ id }),
    },
    streams: {
      list: () => m.logStreams.getAll(),
      create: (body) => m.logStreams.create(body),
      read: (id) => m.logStreams.get({ id }),
      update: (id, body) => m.logStreams.update({ id }, body),
      remove: (id) => m.logStreams.delete({ id }),
    },
    jobs: {
      importUsers: (users, body) => m.jobs.importUsers({ users, ...body }),
      exportUsers: (body) => m.jobs.exportUsers(body),
      verifyEmail: (body) => m.jobs.verifyEmail(body),
      read: (id) => m.jobs.get({ id }),
      errors: (id) => m.jobs.getErrors({ id }),
    },
    stats: { active: () => m.stats.getActiveUsersCount(), daily: (query) => m.stats.getDaily(query) },
    keys: {
      list: () => m.keys.getAll(),
      read: (kid) => m.keys.get({ kid }),
      rotate: () => m.keys.rotate(),
      revoke: (kid) => m.keys.revoke({ kid }),
    },
    protection: {
      bruteForce: () => m.attackProtection.getBruteForceConfig(),
      setBruteForce: (body) => m.attackProtection.updateBruteForceConfig(body),
      ip: () => m.attackProtection.getSuspiciousIpThrottlingConfig(),
      setIp: (body) => m.attackProtection.updateSuspiciousIpThrottlingConfig(body),
      breached: () => m.attackProtection.getBreachedPasswordDetectionConfig(),
      bots: () => m.attackProtection.getBotDetectionConfig(),
      captcha: () => m.attackProtection.getCaptchaConfig(),
    },
    absent: {
      lists: {
        rules: () => list('rules', m.rules.getAll()),
        roles: () => list('roles', m.roles.getAll()),
        organizations: () => list('organizations', m.organizations.getAll()),
        actions: () => list('actions', m.actions.getAll()),
        forms: () => list('forms', m.forms.getAll()),
        flows: () => list('flows', m.flows.getAll()),
        accessLists: () => list('network_acls', m.networkAcls.getAll()),
        profiles: () => list('self_service_profiles', m.selfServiceProfiles.getAll()),
        attributeProfiles: () => list('user_attribute_profiles', m.userAttributeProfiles.getAll()),
        exchangeProfiles: () => list('token_exchange_profiles', m.tokenExchangeProfiles.getAll()),
      },
      factors: () => m.guardian.getFactors(),
      policies: () => m.guardian.getPolicies(),
      role: (body) => m.roles.create(body),
      removeRole: (id) => m.roles.delete({ id }),
      organization: (body) => m.organizations.create(body),
      ticket: (body) => m.tickets.changePassword(body),
    },
  };
}
