import FoundationEssentials
public import Inventory
import JSONTree

/// A machine as another tool described it, in our terms.
public struct ImportedMachine: Hashable, Sendable {
    /// What the document calls it.
    public var name: String?
    public var inventory: Inventory

    public init(name: String? = nil, inventory: Inventory) {
        self.name = name
        self.inventory = inventory
    }
}

/// Why a file holds no machine.
public enum ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    case notJSON(String)
    /// It is of no known kind.
    case unknownDocument
    /// It is of a known kind and says nothing of a machine.
    case nothing(String)

    public var description: String {
        switch self {
        case .notJSON(let reason): "is neither JSON nor a list of facts: \(reason)"
        case .unknownDocument:
            "is no inventory: neither Rackwright's own, ironic-python-agent's or ironic-inspector's, `lshw -json`'s nor "
                + "python-hardware's"
        case .nothing(let kind): "is \(kind) and tells nothing of a machine"
        }
    }
}

/// Documents of other tools as inventories: ironic-python-agent and ironic-inspector, `lshw -json`, python-hardware
/// (`hardware-detect`, eDeploy), and our own, one or many by name.
public enum InventoryImport {
    /// Reads one file's octets.
    public static func machines(in octets: [UInt8]) throws(ImportError) -> [ImportedMachine] {
        if let own = own(octets) { return own }
        let document = try json(octets)
        if let list = document.list.first, case .list = list {
            return [try found(HardwareFacts(document).machine, "a list of python-hardware's facts")]
        }
        if let machines = Lshw.machines(in: document) {
            guard !machines.isEmpty else { throw .nothing("lshw's document") }
            return machines
        }
        if IronicDocument.isOne(document) {
            return [try found(IronicDocument(document).machine, "ironic's document")]
        }
        throw .unknownDocument
    }

    private static func found(_ machine: ImportedMachine, _ kind: String) throws(ImportError) -> ImportedMachine {
        guard machine.inventory != Inventory() else { throw .nothing(kind) }
        return machine
    }

    /// What the controller exported: one inventory, or several by their nodes' names.
    private static func own(_ octets: [UInt8]) -> [ImportedMachine]? {
        let decoder = JSONDecoder()
        if let inventory = try? decoder.decode(Inventory.self, from: Data(octets)) {
            return [ImportedMachine(inventory: inventory)]
        }
        guard let many = try? decoder.decode([String: Inventory].self, from: Data(octets)), !many.isEmpty else {
            return nil
        }
        return many.sorted { $0.key < $1.key }.map { ImportedMachine(name: $0.key, inventory: $0.value) }
    }

    private static func json(_ octets: [UInt8]) throws(ImportError) -> JSONValue {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(octets))
        } catch {
            // eDeploy wrote Python's own lists.
            if let text = PythonLiteral.json(octets),
                let document = try? JSONDecoder().decode(JSONValue.self, from: Data(text))
            {
                return document
            }
            throw .notJSON("\(error)".split(whereSeparator: \.isNewline).first.map(String.init) ?? "")
        }
    }
}
