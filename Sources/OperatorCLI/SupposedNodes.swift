import FoundationEssentials
import Inventory
public import OperatorAPI

/// Nodes for a ``OperatorAPI/WhatIf``, read from files.
///
/// A file holds an inventory, as `rackwright inventory export --to FOLDER` writes it and named for its node; an object of
/// inventories by the names of their nodes, as `rackwright inventory export` does; or a list of nodes, each an object with
/// `name` and, if known, `inventory`, `rack`, `chassis`, `switch` and `count`.
public enum SupposedNodes {
    /// Reads a file, or every `.json` file of a folder.
    public static func read(_ path: String) throws(ClientProblem) -> [WhatIf.Node] {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ClientProblem("there is no file \(path)")
        }
        guard isFolder else { return try nodes(in: try contents(of: path), file: path) }
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        var found: [WhatIf.Node] = []
        for name in names where name.hasSuffix(".json") {
            let file = path + "/" + name
            found += try nodes(in: try contents(of: file), file: file)
        }
        guard !found.isEmpty else { throw ClientProblem("the folder \(path) holds no .json files") }
        return found
    }

    /// The texts of the role files of a catalogue's folder, by their names.
    public static func roles(ofCatalog folder: String) throws(ClientProblem) -> [String: String] {
        try texts(in: "roles", ofCatalog: folder)
    }

    /// The texts of the rule files of a catalogue's folder, by their names.
    public static func rules(ofCatalog folder: String) throws(ClientProblem) -> [String: String] {
        try texts(in: "rules", ofCatalog: folder)
    }

    private static func texts(in part: String, ofCatalog folder: String) throws(ClientProblem) -> [String: String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)") else {
            throw ClientProblem("\(folder) has no folder \(part): it is not a catalogue's folder")
        }
        var texts: [String: String] = [:]
        for name in names where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
            let data = try contents(of: "\(folder)/\(part)/\(name)")
            guard let text = String(validating: data, as: UTF8.self) else {
                throw ClientProblem("\(folder)/\(part)/\(name) is not UTF-8")
            }
            texts[name] = text
        }
        return texts
    }

    private static func contents(of file: String) throws(ClientProblem) -> Data {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ClientProblem("\(file) cannot be read")
        }
        return data
    }

    /// Reads a file's contents; a lone inventory is of a node named like the file.
    static func nodes(in data: Data, file: String) throws(ClientProblem) -> [WhatIf.Node] {
        do {
            switch try JSONDecoder().decode(Shape.self, from: data) {
            case .list: return try JSONDecoder().decode([WhatIf.Node].self, from: data)
            case .inventory:
                var name = file.split(separator: "/").last.map(String.init) ?? file
                if name.hasSuffix(".json") { name.removeLast(5) }
                return [WhatIf.Node(name: name, inventory: try JSONDecoder().decode(Inventory.self, from: data))]
            case .byName:
                return try JSONDecoder().decode([String: Inventory].self, from: data).sorted { $0.key < $1.key }
                    .map { WhatIf.Node(name: $0.key, inventory: $0.value) }
            }
        } catch {
            throw ClientProblem("\(file) holds no inventories: \(reason(error))".oneLine)
        }
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.isEmpty ? "" : context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(place(context))'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return place(context) + context.debugDescription
        default: return "\(error)"
        }
    }

    /// What a file's JSON is of the three that it may be.
    private enum Shape: Decodable {
        case list, inventory, byName

        private enum CodingKeys: String, CodingKey {
            case version
        }

        init(from decoder: any Decoder) throws {
            if (try? decoder.unkeyedContainer()) != nil {
                self = .list
            } else {
                let version = try? decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .version)
                self = version == nil ? .byName : .inventory
            }
        }
    }
}
