import XCTest

@testable import Latchkey
@testable import LatchkeyUI

/// A transport that gives the same answer to everything.
private final class Answering: Transport, @unchecked Sendable {
    private let status: UInt16
    private let body: String

    init(_ status: UInt16, _ body: String) {
        self.status = status
        self.body = body
    }

    func send(request: HttpRequest) async throws -> HttpResponse {
        HttpResponse(status: status, headers: [], body: Data(body.utf8))
    }
}

private final class MemoryStore: CredentialStore, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: Data?

    func load() throws -> Data? { lock.withLock { kept } }
    func save(credentials: Data) throws { lock.withLock { kept = credentials } }
    func clear() throws { lock.withLock { kept = nil } }
}

final class LatchkeyTests: XCTestCase {
    private func client(_ status: UInt16 = 200, _ body: String = "{}") throws -> Client {
        try Client(
            domain: "login.example.com", clientId: "app", locale: "en", transport: Answering(status, body))
    }

    func testWhatTheServerRefusesIsOfTheRightKind() async throws {
        let body = #"{"error":"invalid_grant","error_description":"Wrong phone number or verification code."}"#
        do {
            _ = try await client(403, body).signIn(phoneNumber: "+14155550100", code: "123456")
            XCTFail("signed in")
        } catch LatchkeyError.WrongCode(let failure) {
            XCTAssertEqual(failure.status, 403)
            XCTAssertFalse(failure.human.isEmpty)
        }
    }

    func testNothingIsKeptOfNobody() async throws {
        let manager = CredentialsManager(client: try client(), store: MemoryStore())
        let isSignedIn = try await manager.isSignedIn()
        XCTAssertFalse(isSignedIn)
        do {
            _ = try await manager.tokens()
            XCTFail("tokens of nobody")
        } catch LatchkeyError.SignInAgain(let failure) {
            XCTAssertEqual(failure.code, "not_signed_in")
        }
    }

    func testWhoeverWatchesKnowsAtLastWhatIsSo() async throws {
        let manager = CredentialsManager(client: try client(), store: MemoryStore())
        let states = await manager.states()
        let tokens = try Tokens.fromJson(json: #"{"access_token":"a","token_type":"Bearer"}"#)
        try await manager.keep(tokens)
        try await manager.signOut()
        try await manager.keep(tokens)
        var seen: [CredentialsManager.State] = []
        for await state in states {
            seen.append(state)
            if seen.count == 3 { break }
        }
        XCTAssertEqual(seen, [.signedIn, .signedOut, .signedIn])
    }

    func testTheKeychainKeepsReplacesAndForgets() throws {
        let store = KeychainStore(account: "test-\(UUID().uuidString)")
        do {
            try store.save(credentials: Data("one".utf8))
        } catch {
            throw XCTSkip("no keychain without an app to hold its entitlement: \(error)")
        }
        try store.save(credentials: Data("two".utf8))
        XCTAssertEqual(try store.load(), Data("two".utf8))
        try store.clear()
        XCTAssertNil(try store.load())
    }

    func testBase64OfTheWebIsReadAndWritten() {
        let data = Data([0xfb, 0xff, 0xfe, 0x00])
        XCTAssertEqual(data.base64URL, "-__-AA")
        XCTAssertEqual(Data(base64URL: "-__-AA"), data)
    }

    @MainActor
    func testAScreenGoesFromTheNumberToTheCode() async throws {
        let settings = SignInSettings(channels: [.sms], country: "US")
        let model = SignInModel(client: try client(), settings: settings) { _ in }
        XCTAssertFalse(model.view.submit.enabled)
        model.text = "415 555 0100"
        model.send(.submit)
        XCTAssertTrue(model.view.busy)
        for _ in 0..<500 where model.view.busy {
            try await Task.sleep(nanoseconds: 10_000_000)
        }
        XCTAssertEqual(model.view.stage, .code)
    }
}
