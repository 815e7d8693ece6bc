import Latchkey
import SwiftUI

/// A sign-in as SwiftUI watches it. All that happens is decided in `SignIn`; this runs its effects.
@MainActor
public final class SignInModel: ObservableObject {
    /// How it ended.
    public enum Result: Sendable {
        case signedIn(Tokens, Profile?)
        case closed
    }

    @Published public private(set) var view: SignInView
    private let client: Client
    private let signIn: SignIn
    private let finish: @MainActor (Result) -> Void

    public init(client: Client, settings: SignInSettings, finish: @escaping @MainActor (Result) -> Void) {
        self.client = client
        signIn = SignIn(client: client, settings: settings)
        view = signIn.view()
        self.finish = finish
    }

    /// What a person does.
    public func send(_ event: SignInEvent) {
        run(signIn.handle(event: event))
    }

    /// A URL that the system handed to the app: a link of a message, or where the browser of one came back to. Any other is
    /// left alone.
    public func open(_ url: URL) {
        if let link = client.appLink(url) {
            send(.received(code: link.code))
        } else {
            send(.opened(url: url.absoluteString))
        }
    }

    /// The text of the field, for a binding.
    public var text: String {
        get { view.field.value }
        set {
            guard newValue != view.field.value else { return }
            send(view.stage == .code ? .code(text: newValue) : .identifier(text: newValue))
        }
    }

    private func run(_ effects: [SignInEffect]) {
        let before = view
        view = signIn.view()
        announce(before)
        for effect in effects {
            switch effect {
            case .perform(let call):
                // A call that is cancelled ends by itself, with nothing to do.
                Task { [weak self, signIn] in
                    let effects = await signIn.perform(call: call)
                    self?.run(effects)
                }
            case .tick(let seconds):
                Task { [weak self] in
                    try? await Task.sleep(nanoseconds: UInt64(seconds) * 1_000_000_000)
                    self?.send(.tick)
                }
            case .finished(let tokens, let profile):
                finish(.signedIn(tokens, profile))
            case .closed:
                finish(.closed)
            }
        }
    }

    /// Screen readers say what went wrong, or well, at once.
    private func announce(_ before: SignInView) {
        let news = view.error != before.error ? view.error : view.notice != before.notice ? view.notice : nil
        guard let news else { return }
        #if canImport(UIKit)
        UIAccessibility.post(notification: .announcement, argument: news)
        #endif
    }
}
