import Foundation
import Redfish
import TestSupport

/// The resources of one BMC as somebody read them, by path.
struct Tree: Sendable {
    let name: String
    let resources: [String: JSON]

    /// Unpacks the root, the systems and their reset types.
    init(archive: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "redfish-tree-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let parts =
            ["", "/redfish/v1"].flatMap { root in
                [
                    "", "/EventService", "/Managers", "/Managers/*", "/Systems", "/Systems/*",
                    "/Systems/*/BootOptions/*",
                    "/Systems/*/ResetActionInfo", "/Systems/*/Oem/*/ResetActionInfo",
                ].map {
                    "*\(root)\($0)/index.json"
                }
            }
        let words = ["-xJf", archive, "-C", folder.path, "--wildcards", "--no-wildcards-match-slash"]
        // Not every recording has every part, which tar says and minds.
        _ = try Program.run(["/usr/bin/tar"] + words + parts)

        name = URL(filePath: archive).deletingPathExtension().deletingPathExtension().lastPathComponent
        var resources: [String: JSON] = [:]
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.lastPathComponent == "index.json", let data = try? Data(contentsOf: file) else { continue }
            let json = try JSON(reading: [UInt8](data))
            if let path = json["@odata.id"].string { resources[Self.plain(path)] = json }
        }
        self.resources = resources
    }

    private static func plain(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    subscript(path: String) -> JSON { resources[Self.plain(path)] ?? .null }

    var root: ServiceRoot { ServiceRoot(self["/redfish/v1"]) }

    var systems: [ComputerSystem] {
        ResourceCollection(self[root.systems ?? ""]).members.map { path in
            var system = ComputerSystem(self[path], path: path)
            if system.reset?.allowed == nil, let info = system.reset?.actionInfo {
                system.reset?.allowed = ComputerSystem.resetTypes(actionInfo: self[info])
            }
            return system
        }
    }

    static let folder = Fixture.assets.map { $0 + "/redfish" }

    /// The names of the archives in one of the folders of trees.
    static func archives(in part: String) -> [String] {
        guard let folder, let names = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)") else {
            return []
        }
        return names.filter { $0.hasSuffix(".tar.xz") }.sorted().map { "\(folder)/\(part)/\($0)" }
    }
}
