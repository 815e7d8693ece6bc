import Foundation

#if os(iOS)
import BackgroundTasks
#endif

/// Keeps one person signed in: tokens in the keychain, renewed before they end, also while the app is in the background.
public actor CredentialsManager {
    /// Whether somebody is signed in, as it changes.
    public enum State: Sendable, Equatable {
        case signedIn
        /// Signed out here.
        case signedOut
        /// The server no longer renews: ask the person to sign in again.
        case ended
    }

    /// What keeps and renews; its calls may be made directly, too.
    public nonisolated let session: Session
    private var renewing: Task<Void, Never>?
    /// Renewing is wanted for whoever is signed in.
    private var renews = false
    private var watchers: [UUID: AsyncStream<State>.Continuation] = [:]
    /// What watchers know.
    private var told: State?
    /// The last of those who look what came of what they did.
    private var looking: Task<Void, Never>?

    /// Seconds before their end when tokens are renewed by themselves.
    private let margin: UInt32 = 300

    public init(client: Client, store: CredentialStore? = nil) {
        session = Session(client: client, store: store ?? KeychainStore(account: client.clientId()))
    }

    /// Each change from now on.
    public func states() -> AsyncStream<State> {
        AsyncStream { continuation in
            let id = UUID()
            watchers[id] = continuation
            continuation.onTermination = { [weak self] _ in
                Task { [weak self] in await self?.forget(id) }
            }
        }
    }

    /// Keeps what a sign-in gave.
    public func keep(_ tokens: Tokens) async throws {
        try await session.keep(tokens: tokens)
        await look()
    }

    public func isSignedIn() async throws -> Bool {
        try await session.isSignedIn()
    }

    /// Tokens that work for so many seconds at least: the ones that are kept, or new ones.
    public func tokens(lasting seconds: UInt32 = 60) async throws -> Tokens {
        do {
            return try await session.tokensFor(seconds: seconds)
        } catch let error as LatchkeyError {
            if case .SignInAgain(let failure) = error, failure.code != "not_signed_in" {
                await look(otherwise: .ended)
            }
            throw error
        }
    }

    /// Ends the refresh token at the server, and forgets everything here, also when the server could not be told.
    public func signOut() async throws {
        do {
            try await session.signOut()
        } catch {
            await look()
            throw error
        }
        await look()
    }

    /// Renews while the app runs, some minutes before tokens end, whoever is signed in. Call it once, when the app starts.
    public func startRenewing() {
        renews = true
        beginRenewing()
    }

    public func stopRenewing() {
        renews = false
        pauseRenewing()
    }

    private func beginRenewing() {
        guard renews, renewing == nil else { return }
        renewing = Task { [weak self] in
            while !Task.isCancelled, let pause = await self?.renewIfNeeded() {
                try? await Task.sleep(nanoseconds: UInt64(pause * 1_000_000_000))
            }
        }
    }

    private func pauseRenewing() {
        renewing?.cancel()
        renewing = nil
    }

    /// Renews what ends soon. Seconds until it should be asked again.
    private func renewIfNeeded() async -> TimeInterval {
        guard let tokens = try? await tokens(lasting: margin) else { return 60 }
        guard let end = tokens.expiresAt() else { return 3600 }
        let left = TimeInterval(end) - Date().timeIntervalSince1970 - TimeInterval(margin)
        return min(max(left, 30), 3600)
    }

    /// Whether the tokens work for another hour, after a renewal where that was needed.
    @discardableResult
    public func renewInBackground() async -> Bool {
        (try? await tokens(lasting: 3600)) != nil
    }

    #if os(iOS)
    /// Registers a renewal that the system runs while the app is in the background. Call it before the app has finished
    /// launching, with an identifier that stands in `BGTaskSchedulerPermittedIdentifiers`.
    public nonisolated func registerBackgroundRenewal(identifier: String) {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: nil) { [weak self] task in
            guard let self else { return task.setTaskCompleted(success: false) }
            let work = Task {
                let renewed = await self.renewInBackground()
                self.scheduleBackgroundRenewal(identifier: identifier)
                task.setTaskCompleted(success: renewed)
            }
            task.expirationHandler = { work.cancel() }
        }
    }

    /// Asks the system for such a renewal, when the app goes to the background.
    public nonisolated func scheduleBackgroundRenewal(identifier: String, after seconds: TimeInterval = 3600) {
        let request = BGAppRefreshTaskRequest(identifier: identifier)
        request.earliestBeginDate = Date(timeIntervalSinceNow: seconds)
        try? BGTaskScheduler.shared.submit(request)
    }
    #endif

    /// Looks whether somebody is signed in after something was done, and tells. Others may have kept tokens or signed out
    /// meanwhile: what is there counts, not what was done. One looks at a time, so that the last one tells what is so.
    private func look(otherwise gone: State = .signedOut) async {
        let before = looking
        let now = Task {
            await before?.value
            guard let isSignedIn = try? await session.isSignedIn() else { return }
            if isSignedIn {
                tell(.signedIn)
                beginRenewing()
            } else {
                tell(gone)
                pauseRenewing()
            }
        }
        looking = now
        await now.value
    }

    private func tell(_ state: State) {
        guard state != told else { return }
        told = state
        watchers.values.forEach { $0.yield(state) }
    }

    private func forget(_ id: UUID) {
        watchers[id] = nil
    }
}
