public import Inventory
import Jinja
import OrderedCollections

extension Candidate {
    /// What expressions know of a node beside its inventory: `node`, `labels` and `neighbor`.
    var facts: OrderedDictionary<String, Value> {
        func text(_ text: String?) -> Value { text.map { .string($0) } ?? .none }
        let labels = labels.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value)) }
        return [
            "node": .dict([
                "name": .string(name), "rack": text(rack), "unit": text(unit),
                "bmc": .dict(["protocol": text(bmcProtocol), "address": text(bmcAddress)]),
            ]),
            "labels": .dict(OrderedDictionary(uniqueKeysWithValues: labels)),
            "neighbor": inventory?.uplink.map { neighbor in
                .dict(Facts.variables(of: neighbor))
            } ?? .none,
        ]
    }
}

extension Inventory {
    /// The switch's port that the machine boots through; else that of the first of its NICs, by name, that heard one.
    public var uplink: Neighbor? {
        let heard = nics.filter { $0.neighbor != nil }.sorted { $0.name < $1.name }
        return (heard.first { $0.isBoot == true } ?? heard.first)?.neighbor
    }
}
