import Foundation

/// The system's network: its proxies, its certificates, App Transport Security. Without cookies, cache and redirects.
public final class URLSessionTransport: NSObject, Transport, URLSessionTaskDelegate, @unchecked Sendable {
    private let session: URLSession

    /// Give a configuration of your own for tests, or to pin certificates by a delegate of the session's.
    public init(configuration: URLSessionConfiguration = .ephemeral) {
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.timeoutIntervalForRequest = 30
        configuration.timeoutIntervalForResource = 30
        session = URLSession(configuration: configuration)
        super.init()
    }

    deinit {
        session.finishTasksAndInvalidate()
    }

    public func send(request: HttpRequest) async throws -> HttpResponse {
        guard let url = URL(string: request.url) else {
            throw TransportError.Unreachable(detail: "the URL cannot be read")
        }
        var wanted = URLRequest(url: url)
        wanted.httpMethod = request.method
        wanted.httpBody = request.body
        for header in request.headers {
            wanted.setValue(header.value, forHTTPHeaderField: header.name)
        }
        do {
            let (body, response) = try await session.data(for: wanted, delegate: self)
            return try Self.answer(body, response)
        } catch let error as URLError {
            throw Self.failure(error)
        }
    }

    /// An answer that leads elsewhere is the answer.
    public func urlSession(
        _ session: URLSession,
        task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest
    ) async -> URLRequest? {
        nil
    }

    private static func answer(_ body: Data, _ response: URLResponse) throws -> HttpResponse {
        guard let response = response as? HTTPURLResponse, let status = UInt16(exactly: response.statusCode) else {
            throw TransportError.NoAnswer(detail: "the answer is not of HTTP")
        }
        let headers = response.allHeaderFields.compactMap { name, value -> HttpHeader? in
            guard let name = name as? String, let value = value as? String else { return nil }
            return HttpHeader(name: name, value: value)
        }
        return HttpResponse(status: status, headers: headers, body: body)
    }

    /// Only what surely ended before the request was sent is called unreachable.
    private static func failure(_ error: URLError) -> TransportError {
        switch error.code {
        case .notConnectedToInternet, .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost,
            .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .dataNotAllowed,
            .internationalRoamingOff, .callIsActive, .appTransportSecurityRequiresSecureConnection:
            return .Unreachable(detail: error.localizedDescription)
        default:
            return .NoAnswer(detail: error.localizedDescription)
        }
    }
}
