/// The query of a request (DSP0266 section 7.3): `$expand`, `$top`, `$skip` and `only`.
struct RedfishQuery: Hashable, Sendable {
    /// Which links `$expand` follows.
    enum Expansion: Hashable, Sendable {
        case all, links, noLinks
    }

    static let maximumLevels = 2
    /// Members of a collection in one answer, unless `$top` asks for fewer.
    static let pageSize = 50

    var expansion: Expansion?
    var levels = 1
    var top: Int?
    var skip = 0
    var only = false

    /// Throws what is wrong with it. Names without `$` that are not known are passed over, as the standard has it.
    init(_ text: String) throws(RedfishProblem) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                Self.decoded($0)
            }
            let (name, value) = (parts[0], parts.count == 2 ? parts[1] : "")
            switch name {
            case "$expand": try readExpand(value)
            case "$top": top = try Self.number(value)
            case "$skip": skip = try Self.number(value)
            case "only": only = true
            case _ where name.hasPrefix("$"): throw RedfishProblem(.queryNotSupported)
            default: break
            }
        }
    }

    private mutating func readExpand(_ value: String) throws(RedfishProblem) {
        switch value.first {
        case "*": expansion = .all
        case "~": expansion = .links
        case ".": expansion = .noLinks
        default: throw RedfishProblem(.queryNotSupported)
        }
        let rest = value.dropFirst()
        if rest.isEmpty { return }
        guard rest.hasPrefix("($levels="), rest.hasSuffix(")") else { throw RedfishProblem(.queryNotSupported) }
        levels = min(try Self.number(String(rest.dropFirst(9).dropLast())), Self.maximumLevels)
    }

    private static func number(_ text: String) throws(RedfishProblem) -> Int {
        guard let number = Int(text), number >= 0 else { throw RedfishProblem(.queryNotSupported) }
        return number
    }

    private static func decoded(_ text: Substring) -> String {
        var octets: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let octet = rest.popFirst() {
            let digits = rest.prefix(2)
            if octet == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                octets.append(value)
                rest = rest.dropFirst(2)
            } else {
                octets.append(octet)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// The document as the query asks for it.
    func apply(to document: JSON, at path: String, in documents: [String: JSON]) throws(RedfishProblem) -> JSON {
        var document = document
        if let members = document["Members"]?.array {
            if only, members.count == 1, let path = members[0]["@odata.id"]?.text, let member = documents[path] {
                return member
            }
            document = page(document, members, path)
        } else if only || top != nil || skip > 0 {
            throw RedfishProblem(.queryNotHere)
        }
        guard let expansion else { return document }
        return Self.expand(document, expansion, levels, isInLinks: false, documents)
    }

    private func page(_ document: JSON, _ members: [JSON], _ path: String) -> JSON {
        guard var all = document.object else { return document }
        let size = top ?? Self.pageSize
        let (end, isTooFar) = skip.addingReportingOverflow(size)
        all["Members"] = .array(Array(members.dropFirst(skip).prefix(size)))
        if !isTooFar, end < members.count, size > 0 {
            let top = top.map { "&$top=\($0)" } ?? ""
            all["Members@odata.nextLink"] = .string("\(path)?$skip=\(end)\(top)")
        }
        return .object(all)
    }

    /// Puts documents in the place of links.
    private static func expand(
        _ value: JSON,
        _ expansion: Expansion,
        _ levels: Int,
        isInLinks: Bool,
        _ documents: [String: JSON]
    ) -> JSON {
        guard levels > 0 else { return value }
        switch value {
        case .array(let elements):
            return .array(elements.map { expand($0, expansion, levels, isInLinks: isInLinks, documents) })
        case .object(let members):
            let isWanted = expansion == .all || (expansion == .links) == isInLinks
            if members.count == 1, isWanted, let path = members["@odata.id"]?.text, let target = documents[path] {
                return expand(target, expansion, levels - 1, isInLinks: false, documents)
            }
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, member in
                        let isInLinks = isInLinks || name == "Links"
                        return (name, expand(member, expansion, levels, isInLinks: isInLinks, documents))
                    }
                )
            )
        default: return value
        }
    }
}

/// What is wrong with a request.
struct RedfishProblem: Error, Hashable {
    var messages: [RedfishMessage]

    init(_ messages: RedfishMessage...) {
        self.messages = messages
    }

    init(_ messages: [RedfishMessage]) {
        self.messages = messages
    }
}
