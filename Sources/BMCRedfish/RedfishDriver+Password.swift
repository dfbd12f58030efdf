import BMC
import Curl
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
                return try await setPassword(new, of: path, answer, operation)
            }
            next = collection.next
        }
        throw client.error(.refused, operation, "the service lists no account \(client.endpoint.username)")
    }

    private func setPassword(
        _ new: Secret,
        of path: String,
        _ account: RedfishClient.Answer,
        _ operation: String
    ) async throws {
        let body = JSON.object(["Password": .string(new.reveal())])
        let tags = ETagLadder(head: account.headers["ETag"], document: account.json["@odata.etag"].string)
        var refusal: BMCError?
        for tag in tags.rungs {
            let answer = try await authorized("PATCH", path, body: body, ifMatch: tag, operation: operation) { $0 }
            if answer.isSuccess { return }
            refusal = refusal ?? failure(answer, operation, at: path)
            guard ETagLadder.isAboutTag(status: answer.status) else { break }
        }
        throw refusal ?? client.error(.refused, operation, "nothing could be tried")
    }
}
