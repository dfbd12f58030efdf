import AgentAPI

/// What firmware says of a machine, where it says something.
enum MachineWord {
    /// What makers leave in a field that nobody filled.
    private static let fillers: Set<String> = [
        "to be filled by o.e.m.", "to be filled by o.e.m", "default string", "not specified", "not available",
        "not applicable", "system serial number", "chassis serial number", "unknown", "none", "n/a", "empty",
        "0123456789", "123456789", "1234567890",
        // A board maker's sample, found on machines of many makers, in both orders of its octets.
        "03000200-0400-0500-0006-000700080009", "00020003-0004-0005-0006-000700080009",
    ]

    /// The text without white space around it; nil for a placeholder, which many machines have in common.
    static func known(_ text: String?) -> String? {
        guard var word = text?[...] else { return nil }
        while word.first?.isWhitespace == true { word.removeFirst() }
        while word.last?.isWhitespace == true { word.removeLast() }
        guard !fillers.contains(word.lowercased()) else { return nil }
        let digits = word.lowercased().filter { !"-. ".contains($0) }
        guard !digits.allSatisfy({ $0 == "0" || $0 == "x" }), !digits.allSatisfy({ $0 == "f" }) else { return nil }
        return String(word)
    }

    /// Whether two UUIDs have the same octets, in whatever order.
    ///
    /// SMBIOS has the first three fields in one order before version 2.6 and in the other since; IPMI 2.0 (section 22.14)
    /// sends the whole backwards, and many BMCs do not.
    static func isSameUUID(_ a: String, _ b: String) -> Bool {
        guard let ours = octets(ofUUID: a), let theirs = octets(ofUUID: b) else { return a == b }
        let backwards = Array(theirs.reversed())
        let orders = [theirs, swapped(theirs), backwards, swapped(backwards), swapped(theirs).reversed()]
        return orders.contains(ours)
    }

    private static func octets(ofUUID text: String) -> [String]? {
        let digits = Array(text.lowercased()).filter { $0 != "-" }
        guard digits.count == 32 else { return nil }
        return stride(from: 0, to: 32, by: 2).map { String(digits[$0..<$0 + 2]) }
    }

    private static func swapped(_ octets: [String]) -> [String] {
        [3, 2, 1, 0, 5, 4, 7, 6].map { octets[$0] } + octets[8...]
    }
}

extension NodeRecord {
    /// Why a machine is not this node; nil when it may be.
    ///
    /// A MAC address may be on several machines, and anybody can have it: a UUID or serial number that is known and
    /// differs weighs more. Nothing that one of the two does not know counts.
    func difference(from machine: MachineIdentity) -> String? {
        let (ours, theirs) = (MachineWord.known(uuid)?.lowercased(), MachineWord.known(machine.uuid)?.lowercased())
        let (number, given) = (MachineWord.known(serial), MachineWord.known(machine.serial))
        if let ours, let theirs, !MachineWord.isSameUUID(ours, theirs) {
            return "its UUID is \(theirs), the node's is \(ours)"
        }
        if let number, let given, number.lowercased() != given.lowercased() {
            return "its serial number is \(given), the node's is \(number)"
        }
        if ours != nil && theirs != nil || number != nil && given != nil { return nil }
        if machine.macs.contains(where: { macs.contains($0.lowercased()) }) { return nil }
        if macs.isEmpty && ours == nil && number == nil { return nil }
        let (known, found) = (macs.joined(separator: ", "), machine.macs.prefix(8).joined(separator: ", "))
        return "its MAC addresses are \(found.isEmpty ? "none" : found), "
            + "the node's are \(known.isEmpty ? "not known" : known)"
    }
}
