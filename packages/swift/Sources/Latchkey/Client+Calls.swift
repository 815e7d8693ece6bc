import Foundation

/// The calls as an app makes them. `Client` itself is generated, and has them in full.
extension Client {
    /// A client of the app `clientId` at `domain`, over the system's network.
    public convenience init(
        domain: String,
        clientId: String,
        issuer: String? = nil,
        locale: String? = Foundation.Locale.preferredLanguages.first,
        generation: Generation = .current,
        transport: Transport = URLSessionTransport()
    ) throws {
        let settings = ClientSettings(
            domain: domain,
            clientId: clientId,
            issuer: issuer,
            generation: generation,
            locale: locale,
            library: "latchkey-swift"
        )
        try self.init(settings: settings, transport: transport)
    }

    /// Has the server send a code by text message. Never repeated by itself.
    public func startSms(to phoneNumber: String) async throws {
        try await start(request: StartRequest(channel: .sms, address: phoneNumber))
    }

    /// Has the server send a code, or a link, by email. Never repeated by itself.
    public func startEmail(to email: String, send: SendKind = .code) async throws {
        try await start(request: StartRequest(channel: .email, address: email, send: send))
    }

    /// Turns a code into tokens.
    public func signIn(phoneNumber: String, code: String) async throws -> Tokens {
        try await signIn(request: CodeRequest(channel: .sms, address: phoneNumber, code: code))
    }

    /// Turns a code into tokens.
    public func signIn(email: String, code: String) async throws -> Tokens {
        try await signIn(request: CodeRequest(channel: .email, address: email, code: code))
    }

    /// The code in a link that the system handed to the app; nil for any other URL.
    public func appLink(_ url: URL) -> AppLink? {
        appLink(url: url.absoluteString)
    }
}
