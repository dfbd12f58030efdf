import BMC
import BMCRedfish

/// Gives a gate to a Redfish service on loopback that answers by `answer`, and ends the service afterwards.
func withRedfishGate<Result>(
    policy: BMCPolicy = BMCPolicy(attempts: 1, taskPoll: .zero),
    answer: @escaping @Sendable (HTTPServer.Request) -> HTTPServer.Answer,
    _ body: (BMCGate, BMCEndpoint) async throws -> Result
) async throws -> Result {
    let server = try HTTPServer(answer: answer)
    defer { server.end() }
    let endpoint = BMCEndpoint(
        protocol: .redfish,
        address: "127.0.0.1",
        port: server.port,
        username: "admin",
        password: Secret("secret"),
        allowsPlainHTTP: true
    )
    let gate = BMCGate(endpoint: endpoint, policy: policy) {
        try await RedfishConnector(pause: { _ in }).connect($0)
    }
    return try await body(gate, endpoint)
}
