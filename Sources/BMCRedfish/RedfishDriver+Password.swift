import BMC
import Redfish

extension RedfishDriver {
    /// The account that this login is of is found by its name; services number accounts as they like.
    func setPassword(_ new: Secret) async throws {
        let operation = "setting a new password"
        guard let service = rootDocument["AccountService"].link,
            let first = try await get(service, operation).json["Accounts"].link
        else { throw client.error(.notSupported, operation, "the service names no accounts") }
        var next: String? = first
        for _ in 0..<8 {
            guard let page = next else { break }
            let collection = ResourceCollection(try await get(page, operation).json)
            for path in collection.members.prefix(64) {
                let answer = try await get(path, operation)
                guard answer.json["UserName"].string == client.endpoint.username else { continue }
                let body = JSON.object(["Password": .string(new.reveal())])
                let strategy = try await chosenStrategy(operation).strategy
                let tags = (answer.etag, answer.json["@odata.etag"].string)
                switch try await attempt("PATCH", path, body, strategy, tags: tags, operation) {
                case .accepted: return
                case .refused(let refusal): throw refusal
                }
            }
            next = collection.next
        }
        throw client.error(.refused, operation, "the service lists no account \(client.endpoint.username)")
    }
}
