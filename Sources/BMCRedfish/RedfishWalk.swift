import Redfish

/// What was read of a service: documents by path, and the paths that it refused.
struct RedfishWalk {
    private(set) var documents: [String: JSON] = [:]
    private(set) var refusals: [String: Int] = [:]

    /// The same place with and without a slash at its end is one.
    static func plain(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// Takes an answer. What was asked for with its members in it is taken apart, since a recording answers plain questions.
    mutating func note(_ path: String, status: Int, _ json: JSON) {
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let plain = Self.plain(String(parts[0]))
        guard status == 200, json.object != nil else {
            if parts.count == 1, status != 200, documents[plain] == nil { refusals[plain] = status }
            return
        }
        guard parts.count == 2 else {
            documents[plain] = json
            refusals[plain] = nil
            return
        }
        guard parts[1].hasPrefix("$expand"), documents[plain] == nil, var members = json.object,
            let list = json["Members"].array
        else { return }
        members["Members"] = .array(
            list.map { member in
                // A member that stands there in full has a path of its own, without a `#`.
                guard (member.object?.count ?? 0) > 1, let own = member["@odata.id"].string, !own.contains("#") else {
                    return member
                }
                if documents[Self.plain(own)] == nil { documents[Self.plain(own)] = member }
                return .object(["@odata.id": .string(own)])
            }
        )
        documents[plain] = .object(members)
    }

    func knows(_ path: String) -> Bool { documents[path] != nil || refusals[path] != nil }
}
