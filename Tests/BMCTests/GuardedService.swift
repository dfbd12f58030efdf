import Foundation
import Redfish
import Synchronization

/// A recorded BMC that lets in who has the password, counts logins, and locks when a test says so.
final class GuardedService: Sendable {
    private let recorded: RecordedService
    private let state: Mutex<State>

    struct State {
        var password = "right"
        var tried: [String] = []
        var refusal = "The user name or password is not right."
    }

    init(_ recorded: RecordedService) {
        self.recorded = recorded
        state = Mutex(State())
    }

    /// The passwords that were tried, in order.
    var tried: [String] { state.withLock { $0.tried } }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }

    func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
        if request.method == "POST", request.path.hasSuffix("/Sessions") || request.path.hasSuffix("/Sessions/") {
            let json = (try? JSON(reading: request.body)) ?? .null
            return state.withLock { state in
                let password = json["Password"].string ?? ""
                state.tried.append(password)
                guard password == state.password else { return refusal(state.refusal) }
                let headers = ["X-Auth-Token": "t0k3n", "Location": "/redfish/v1/s/1"]
                return .init(status: 201, headers: headers, body: "{}")
            }
        }
        let isOpen = request.path == ServiceRoot.path
        guard isOpen || request.headers["x-auth-token"] == "t0k3n" else { return refusal("no session") }
        return recorded.answer(request)
    }

    private func refusal(_ text: String) -> HTTPServer.Answer {
        let message = "{\"MessageId\": \"Base.1.8.NoValidSession\", \"Message\": \"\(text)\"}"
        return .init(status: 401, body: "{\"error\": {\"@Message.ExtendedInfo\": [\(message)]}}")
    }
}
