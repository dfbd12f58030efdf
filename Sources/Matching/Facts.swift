import FoundationEssentials
public import Inventory
public import Jinja
public import OrderedCollections

/// What role expressions see of an inventory.
public enum Facts {
    /// Powers of 1024 and of 1000, for sizes in octets.
    public static let constants: OrderedDictionary<String, Value> = [
        "KiB": .int(1 << 10), "MiB": .int(1 << 20), "GiB": .int(1 << 30), "TiB": .int(1 << 40),
        "KB": .int(1000), "MB": .int(1_000_000), "GB": .int(1_000_000_000), "TB": .int(1_000_000_000_000),
    ]

    /// The inventory's JSON document, as variables, with the constants.
    public static func variables(of inventory: Inventory) -> OrderedDictionary<String, Value> {
        variables(encoding: inventory)
    }

    /// One disk's fields, with the constants.
    public static func variables(of disk: Inventory.Disk) -> OrderedDictionary<String, Value> {
        variables(encoding: disk)
    }

    /// What a switch says of itself, alone.
    static func variables(of neighbor: Inventory.Neighbor) -> OrderedDictionary<String, Value> {
        variables(encoding: neighbor).filter { constants[$0.key] == nil }
    }

    private static func variables(encoding document: some Encodable) -> OrderedDictionary<String, Value> {
        var variables = constants
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        if let data = try? encoder.encode(document),
            case .dict(let entries)? = try? Value(json: String(decoding: data, as: UTF8.self))
        {
            variables.merge(entries) { _, new in new }
        }
        return variables
    }
}
