import Foundation

extension LatchkeyError {
    /// The facts, which every kind has.
    public var failure: Failure {
        switch self {
        case .NoAnswer(let failure), .WrongCode(let failure), .CodeExpired(let failure),
            .NoTriesLeft(let failure), .TooMany(let failure), .BadPhoneNumber(let failure),
            .BadEmail(let failure), .NumberWithoutTexts(let failure), .CountryNotAllowed(let failure),
            .NotSent(let failure), .SignUpClosed(let failure), .Blocked(let failure),
            .SignInAgain(let failure), .Cancelled(let failure), .Misconfigured(let failure),
            .Server(let failure), .Device(let failure):
            return failure
        }
    }
}

/// `localizedDescription` is the text for the person, in the client's language.
extension LatchkeyError: LocalizedError {
    public var errorDescription: String? { failure.human }
}
