import AuthenticationServices
import Foundation

/// The system's passkeys. The app's domain must be associated: `webcredentials:login.example.com`.
public final class Passkeys: Authenticator, Sendable {
    private let anchor: @MainActor @Sendable () -> ASPresentationAnchor

    /// `anchor` is the window over which the system asks.
    public init(anchor: @escaping @MainActor @Sendable () -> ASPresentationAnchor) {
        self.anchor = anchor
    }

    public func create(optionsJson: String) async throws -> String {
        let options = try Self.read(CreationOptions.self, optionsJson)
        let provider = ASAuthorizationPlatformPublicKeyCredentialProvider(
            relyingPartyIdentifier: options.rp.id)
        let request = provider.createCredentialRegistrationRequest(
            challenge: try Self.bytes(options.challenge),
            name: options.user.name,
            userID: try Self.bytes(options.user.id)
        )
        request.displayName = options.user.displayName
        let credential = try await perform(request)
        guard let made = credential as? ASAuthorizationPlatformPublicKeyCredentialRegistration,
            let object = made.rawAttestationObject
        else {
            throw AuthenticatorError.Failed(detail: "the system made something else than a passkey")
        }
        let response = [
            "clientDataJSON": made.rawClientDataJSON.base64URL,
            "attestationObject": object.base64URL,
        ]
        return try Self.answer(made.credentialID, response)
    }

    public func get(optionsJson: String) async throws -> String {
        let options = try Self.read(RequestOptions.self, optionsJson)
        let provider = ASAuthorizationPlatformPublicKeyCredentialProvider(
            relyingPartyIdentifier: options.rpId)
        let request = provider.createCredentialAssertionRequest(challenge: try Self.bytes(options.challenge))
        request.allowedCredentials = try (options.allowCredentials ?? []).map {
            ASAuthorizationPlatformPublicKeyCredentialDescriptor(credentialID: try Self.bytes($0.id))
        }
        let credential = try await perform(request)
        guard let used = credential as? ASAuthorizationPlatformPublicKeyCredentialAssertion else {
            throw AuthenticatorError.Failed(detail: "the system used something else than a passkey")
        }
        let response = [
            "clientDataJSON": used.rawClientDataJSON.base64URL,
            "authenticatorData": used.rawAuthenticatorData.base64URL,
            "signature": used.signature.base64URL,
            "userHandle": used.userID.base64URL,
        ]
        return try Self.answer(used.credentialID, response)
    }

    @MainActor
    private func perform(_ request: ASAuthorizationRequest) async throws -> ASAuthorizationCredential {
        let asking = Asking(request: request, anchor: anchor())
        return try await withTaskCancellationHandler {
            try await asking.credential()
        } onCancel: {
            Task { @MainActor in asking.cancel() }
        }
    }

    private struct CreationOptions: Decodable {
        struct Party: Decodable { let id: String }
        struct User: Decodable {
            let id: String
            let name: String
            let displayName: String?
        }
        let rp: Party
        let user: User
        let challenge: String
    }

    private struct RequestOptions: Decodable {
        struct Credential: Decodable { let id: String }
        let rpId: String
        let challenge: String
        let allowCredentials: [Credential]?
    }

    private static func read<T: Decodable>(_ type: T.Type, _ json: String) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(json.utf8))
        } catch {
            throw AuthenticatorError.Failed(detail: "the options cannot be read")
        }
    }

    private static func bytes(_ text: String) throws -> Data {
        guard let data = Data(base64URL: text) else {
            throw AuthenticatorError.Failed(detail: "the options are not in base64url")
        }
        return data
    }

    private static func answer(_ id: Data, _ response: [String: String]) throws -> String {
        let answer: [String: Any] = [
            "id": id.base64URL,
            "rawId": id.base64URL,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": [String: String](),
            "response": response,
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: answer), as: UTF8.self)
    }
}

/// One question of the system to the person.
@MainActor
private final class Asking: NSObject, ASAuthorizationControllerDelegate,
    ASAuthorizationControllerPresentationContextProviding
{
    private let controller: ASAuthorizationController
    private let anchor: ASPresentationAnchor
    private var waiting: CheckedContinuation<ASAuthorizationCredential, Error>?

    init(request: ASAuthorizationRequest, anchor: ASPresentationAnchor) {
        controller = ASAuthorizationController(authorizationRequests: [request])
        self.anchor = anchor
    }

    func credential() async throws -> ASAuthorizationCredential {
        try await withCheckedThrowingContinuation { continuation in
            waiting = continuation
            controller.delegate = self
            controller.presentationContextProvider = self
            controller.performRequests()
        }
    }

    func cancel() {
        controller.cancel()
    }

    func presentationAnchor(for controller: ASAuthorizationController) -> ASPresentationAnchor {
        anchor
    }

    func authorizationController(
        controller: ASAuthorizationController,
        didCompleteWithAuthorization authorization: ASAuthorization
    ) {
        waiting?.resume(returning: authorization.credential)
        waiting = nil
    }

    func authorizationController(controller: ASAuthorizationController, didCompleteWithError error: Error) {
        let failure: AuthenticatorError
        switch (error as? ASAuthorizationError)?.code {
        case .canceled:
            failure = .Cancelled(detail: error.localizedDescription)
        default:
            failure = .Failed(detail: error.localizedDescription)
        }
        waiting?.resume(throwing: failure)
        waiting = nil
    }
}
