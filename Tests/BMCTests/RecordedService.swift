import Foundation
import Redfish
import TestSupport

/// A BMC as somebody recorded it, all its resources, answered by path.
struct RecordedService: Sendable {
    let name: String
    private let resources: [String: String]
    /// By the path in small letters: some write a path in two ways and know both.
    private let alike: [String: String]

    static let archives: [String] = {
        guard let assets = Fixture.assets else { return [] }
        return ["trees", "trees-dmtf"].flatMap { part -> [String] in
            let folder = "\(assets)/redfish/\(part)"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasSuffix(".tar.xz") }.sorted().map { "\(folder)/\($0)" }
        }
    }()

    /// Each recording is unpacked once, and one at a time: the other tests need the processors as well.
    private actor Shelf {
        private var services: [String: Task<RecordedService, any Error>] = [:]
        private var last: Task<RecordedService, any Error>?

        func service(_ archive: String) async throws -> RecordedService {
            if let known = services[archive] { return try await known.value }
            let before = last
            let task = Task {
                _ = await before?.result
                return try await withCheckedThrowingContinuation { done in
                    // Not on the few threads that all tests share: unpacking waits for another program.
                    Foundation.Thread.detachNewThread {
                        done.resume(with: Result { try RecordedService(archive: archive) })
                    }
                }
            }
            services[archive] = task
            last = task
            return try await task.value
        }
    }

    private static let shelf = Shelf()

    static func load(_ archive: String) async throws -> RecordedService {
        try await shelf.service(archive)
    }

    private init(archive: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "redfish-service-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try Program.run(["/usr/bin/tar", "-xJf", archive, "-C", folder.path])
        name = URL(filePath: archive).deletingPathExtension().deletingPathExtension().lastPathComponent
        var files: [String] = []
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = all?.nextObject() as? URL {
            if file.lastPathComponent == "index.json" { files.append(file.deletingLastPathComponent().path) }
        }
        // Some begin at the service's root, others above it.
        let root =
            files.first { $0.hasSuffix("/redfish/v1") } ?? files.min { $0.utf8.count < $1.utf8.count } ?? folder.path
        var resources: [String: String] = [:]
        for file in files where file == root || file.hasPrefix(root + "/") {
            let data = try Data(contentsOf: URL(filePath: file + "/index.json"))
            resources["/redfish/v1" + file.dropFirst(root.count)] = String(decoding: data, as: UTF8.self)
        }
        self.resources = resources
        alike = Dictionary(resources.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
    }

    /// A recording as `rackwright bmc probe --record` makes it.
    init(name: String, recording octets: [UInt8]) throws {
        let recording = try RedfishRecording(reading: octets)
        self.name = name
        resources = recording.documents.mapValues { String(decoding: $0.octets, as: UTF8.self) }
        alike = Dictionary(resources.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
    }

    /// All that the BMC has, as text, without the schemas, which are the same for all.
    var texts: [String] { resources.filter { !$0.key.contains("chemas") }.map(\.value) }

    /// Recordings hold answers to plain questions only: what is asked with a query is refused, and no session is given.
    func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
        guard request.method == "GET" else { return .init(status: 405) }
        guard !request.path.contains("?") else { return .init(status: 501) }
        return text(request.path).map { .init(body: $0) } ?? .init(status: 404)
    }

    /// What the BMC has at a path; null where it has nothing.
    func resource(_ path: String) -> JSON {
        text(path).flatMap { try? JSON(reading: [UInt8]($0.utf8)) } ?? .null
    }

    private func text(_ path: String) -> String? {
        resources[Self.plain(path)] ?? alike[Self.plain(path).lowercased()]
    }

    private static func plain(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
