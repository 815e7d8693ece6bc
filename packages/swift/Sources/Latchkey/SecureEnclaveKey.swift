import CryptoKit
import Foundation
import LocalAuthentication
import Security

/// A key that never leaves the Secure Enclave, behind Face ID or Touch ID. It ends when somebody adds a face or a finger.
public final class SecureEnclaveKey: Signer, @unchecked Sendable {
    private let store: KeychainStore
    private let reason: String

    /// `reason` is what the system tells the person: "Sign in to Demo". One `account` per app and server.
    public init(account: String, reason: String) {
        store = KeychainStore(account: account, service: "dev.latchkey.device-key")
        self.reason = reason
    }

    /// Whether this device has an enclave, and somebody's face or finger.
    public static var isAvailable: Bool {
        SecureEnclave.isAvailable
            && LAContext().canEvaluatePolicy(.deviceOwnerAuthenticationWithBiometrics, error: nil)
    }

    /// Makes a new key in place of the one that is there. Enrol it next.
    public func create() throws {
        let key = try SecureEnclave.P256.Signing.PrivateKey(accessControl: Self.access())
        try store.save(credentials: key.dataRepresentation)
    }

    public func exists() -> Bool {
        (try? store.load()) != nil
    }

    public func remove() throws {
        try store.clear()
    }

    public func algorithm() -> SignatureAlgorithm { .es256 }

    /// The JWK of the public half. Asks nobody.
    public func publicKey() async throws -> String {
        let point = try key(LAContext()).publicKey.rawRepresentation
        let (x, y) = (Data(point.prefix(32)), Data(point.suffix(32)))
        return #"{"kty":"EC","crv":"P-256","x":"\#(x.base64URL)","y":"\#(y.base64URL)"}"#
    }

    public func keyId() async throws -> String {
        throw AuthenticatorError.NoKey(detail: "this key is none of 2014")
    }

    /// Asks for the face or the finger, and signs.
    public func sign(data: Data) async throws -> Data {
        let context = LAContext()
        do {
            let access = try Self.access()
            _ = try await context.evaluateAccessControl(access, operation: .useKeySign, localizedReason: reason)
            return try key(context).signature(for: data).rawRepresentation
        } catch let error as LAError {
            throw Self.failure(error)
        } catch let error as AuthenticatorError {
            throw error
        } catch {
            // A key whose faces and fingers changed opens, but does not sign.
            throw AuthenticatorError.NoKey(detail: error.localizedDescription)
        }
    }

    private func key(_ context: LAContext) throws -> SecureEnclave.P256.Signing.PrivateKey {
        let kept: Data?
        do {
            kept = try store.load()
        } catch {
            throw AuthenticatorError.Failed(detail: error.localizedDescription)
        }
        guard let kept else { throw AuthenticatorError.NoKey(detail: "no key was made") }
        return try SecureEnclave.P256.Signing.PrivateKey(
            dataRepresentation: kept, authenticationContext: context)
    }

    private static func access() throws -> SecAccessControl {
        let access = SecAccessControlCreateWithFlags(
            nil,
            kSecAttrAccessibleWhenUnlockedThisDeviceOnly,
            [.privateKeyUsage, .biometryCurrentSet],
            nil
        )
        guard let access else { throw AuthenticatorError.Failed(detail: "the system made no access control") }
        return access
    }

    private static func failure(_ error: LAError) -> AuthenticatorError {
        switch error.code {
        case .userCancel, .systemCancel, .appCancel, .userFallback, .authenticationFailed:
            return .Cancelled(detail: error.localizedDescription)
        case .biometryNotAvailable, .biometryNotEnrolled, .passcodeNotSet:
            return .NoKey(detail: error.localizedDescription)
        default:
            return .Failed(detail: error.localizedDescription)
        }
    }
}

extension Data {
    /// Base64 as the web writes it: without padding.
    var base64URL: String {
        base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    init?(base64URL text: String) {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }
}
