import FoundationEssentials
public import Inventory
import JSONTree

/// A field in which two inventories differ.
public struct Difference: Codable, Hashable, Sendable {
    /// Where it is, as role expressions name it: `memory.modules[DIMM_A1].size`.
    public var path: String
    /// Absent where it is not known or not there.
    public var before: String?
    public var after: String?

    public init(path: String, before: String? = nil, after: String? = nil) {
        self.path = path
        self.before = before
        self.after = after
    }
}

/// All fields in which two inventories differ, of one machine at two times or of two machines.
///
/// Parts go with parts in the same place: slot with slot, bay with bay.
public struct Differences: Sendable {
    public let list: [Difference]

    public init(between before: Inventory, and after: Inventory) {
        var found: [Difference] = []
        Self.compare(Self.tree(before), Self.tree(after), at: "", into: &found)
        list = found
    }

    /// What a list's elements are told apart by; the first name that an element has.
    private static let places: [String: [String]] = [
        "modules": ["locator", "bank"], "disks": ["bus_path", "name"], "nics": ["bus_path", "name"],
        "pci": ["address"], "gpus": ["address"], "usb": ["path"], "numa": ["number"], "partitions": ["number"],
        "signatures": ["type"], "vlans": ["id"],
    ]

    /// What is otherwise at every inspection.
    private static let volatile: Set<String> = ["collected_at", "sensors", "version"]

    private static func tree(_ inventory: Inventory) -> JSONValue {
        guard let octets = try? JSONEncoder().encode(inventory),
            case .object(var values)? = try? JSONDecoder().decode(JSONValue.self, from: octets)
        else { return .null }
        for name in volatile { values[name] = nil }
        return .object(values)
    }

    private static func compare(_ old: JSONValue, _ new: JSONValue, at path: String, into found: inout [Difference]) {
        guard old != new else { return }
        switch (old, new) {
        case (.object, .object), (.object, .null), (.null, .object):
            let names = Set(old.entries.map(\.name)).union(new.entries.map(\.name)).sorted()
            for name in names {
                compare(old[name], new[name], at: path.isEmpty ? name : "\(path).\(name)", into: &found)
            }
        case (.list(let before), .list(let after)):
            compare(before, after, at: path, into: &found)
        case (.list(let before), .null):
            compare(before, [], at: path, into: &found)
        case (.null, .list(let after)):
            compare([], after, at: path, into: &found)
        default:
            found.append(Difference(path: path, before: text(old), after: text(new)))
        }
    }

    private static func compare(_ old: [JSONValue], _ new: [JSONValue], at path: String, into found: inout [Difference])
    {
        let name = path.split(separator: ".").last.map { String($0.prefix { $0 != "[" }) } ?? ""
        guard let marks = places[name] else {
            // Lists of words, such as a processor's flags: what is missing and what is new.
            let (before, after) = (old.compactMap { text($0) }, new.compactMap { text($0) })
            for word in before where !after.contains(word) { found.append(Difference(path: path, before: word)) }
            for word in after where !before.contains(word) { found.append(Difference(path: path, after: word)) }
            return
        }
        let place = { (part: JSONValue) in marks.lazy.compactMap { part[$0].text }.first }
        let pairing = Pairing(old, new, by: [place, { _ in "nameless" }])
        for (before, after) in pairing.pairs {
            compare(before, after, at: "\(path)[\(place(before) ?? place(after) ?? "?")]", into: &found)
        }
        for part in pairing.gone {
            found.append(Difference(path: "\(path)[\(place(part) ?? "?")]", before: text(part)))
        }
        for part in pairing.new { found.append(Difference(path: "\(path)[\(place(part) ?? "?")]", after: text(part))) }
    }

    /// A part in a few words.
    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .bool(let bool): bool ? "yes" : "no"
        case .text(let text): text
        case .integer, .number: value.text
        case .list(let values): values.compactMap { text($0) }.joined(separator: ", ")
        case .object:
            value.entries.compactMap { name, value in text(value).map { "\(name) \($0)" } }.joined(separator: ", ")
        }
    }
}
