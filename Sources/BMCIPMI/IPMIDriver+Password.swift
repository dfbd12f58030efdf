import BMC
import IPMI

extension IPMIDriver {
    func setPassword(_ new: Secret) async throws {
        let operation = "setting a new password"
        var users = UserReading()
        let found = try await run(users.start(), operation) { users.handle($0) }
        guard let user = found.first(where: { $0.name == endpoint.username }) else {
            throw error(.refused, operation, "the BMC lists no user \(endpoint.username)")
        }
        guard let request = IPMIRequest.setPassword([UInt8](new.reveal().utf8), of: user.id) else {
            throw error(.refused, operation, "IPMI carries passwords of 20 octets at most")
        }
        _ = try await command(request, operation)
    }
}
