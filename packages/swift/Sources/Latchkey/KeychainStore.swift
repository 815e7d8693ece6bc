import Foundation
import Security

/// Keeps credentials in the keychain of this device, out of backups, readable once the device was unlocked after a
/// start: renewals in the background need that.
public final class KeychainStore: CredentialStore, Sendable {
    private let service: String
    private let account: String
    private let accessGroup: String?

    /// One `account` per app and server, such as the client id. `accessGroup` shares it with the app's extensions.
    public init(account: String, service: String = "dev.latchkey", accessGroup: String? = nil) {
        self.service = service
        self.account = account
        self.accessGroup = accessGroup
    }

    public func load() throws -> Data? {
        var query = place
        query[kSecReturnData as String] = true
        query[kSecMatchLimit as String] = kSecMatchLimitOne
        var found: CFTypeRef?
        let status = SecItemCopyMatching(query as CFDictionary, &found)
        if status == errSecItemNotFound {
            return nil
        }
        try Self.check(status)
        return found as? Data
    }

    public func save(credentials: Data) throws {
        let update = [kSecValueData as String: credentials]
        let status = SecItemUpdate(place as CFDictionary, update as CFDictionary)
        guard status == errSecItemNotFound else {
            return try Self.check(status)
        }
        var item = place
        item[kSecValueData as String] = credentials
        item[kSecAttrAccessible as String] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        try Self.check(SecItemAdd(item as CFDictionary, nil))
    }

    public func clear() throws {
        let status = SecItemDelete(place as CFDictionary)
        if status != errSecItemNotFound {
            try Self.check(status)
        }
    }

    private var place: [String: Any] {
        var query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: account,
            kSecUseDataProtectionKeychain as String: true,
        ]
        if let accessGroup {
            query[kSecAttrAccessGroup as String] = accessGroup
        }
        return query
    }

    private static func check(_ status: OSStatus) throws {
        switch status {
        case errSecSuccess:
            return
        case errSecInteractionNotAllowed, errSecUserCanceled, errSecAuthFailed:
            throw CredentialStoreError.Closed(detail: "the keychain is closed (\(status))")
        default:
            throw CredentialStoreError.Failed(detail: "the keychain failed (\(status))")
        }
    }
}
