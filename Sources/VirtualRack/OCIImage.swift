import FoundationEssentials

/// A container image of one layer, as an OCI image layout folder (image-spec v1.0: image-layout.md, config.md).
struct OCIImage: Sendable {
    var layer: TarArchive
    var entrypoint: [String]
    var environment: [String]
    var labels: [String: String]

    /// Writes the layout; what is in the folder already is replaced.
    func write(to folder: String, name: String) throws {
        let archive = layer.finished
        let configuration = try configuration(archive).octets()
        let manifest = try Self.manifest(configuration, archive).octets()
        let index = try Self.index(manifest, name: name).octets()
        let files = FileManager.default
        if files.fileExists(atPath: folder) { try files.removeItem(atPath: folder) }
        let blobs = folder + "/blobs/sha256"
        try files.createDirectory(atPath: blobs, withIntermediateDirectories: true)
        for blob in [archive, configuration, manifest] {
            try Data(blob).write(to: URL(filePath: "\(blobs)/\(sha256Hex(blob))"))
        }
        try Data(index).write(to: URL(filePath: folder + "/index.json"))
        try Data(#"{"imageLayoutVersion":"1.0.0"}"#.utf8).write(to: URL(filePath: folder + "/oci-layout"))
    }

    private func configuration(_ archive: [UInt8]) -> JSON {
        [
            "created": "1970-01-01T00:00:00Z", "architecture": "amd64", "os": "linux",
            "config": [
                "Entrypoint": .array(entrypoint.map(JSON.string)),
                "Env": .array(environment.map(JSON.string)),
                "Labels": .object(labels.mapValues(JSON.string)),
                "WorkingDir": "/",
                // As process 1 the web server would ignore SIGTERM; it keeps nothing that could be lost.
                "StopSignal": "SIGKILL",
            ],
            "rootfs": ["type": "layers", "diff_ids": ["sha256:\(sha256Hex(archive))"]],
            "history": [["created": "1970-01-01T00:00:00Z", "created_by": "virtual-rack"]],
        ]
    }

    private static func manifest(_ configuration: [UInt8], _ archive: [UInt8]) -> JSON {
        [
            "schemaVersion": 2, "mediaType": "\(mediaType).manifest.v1+json",
            "config": descriptor("config.v1+json", configuration),
            "layers": [descriptor("layer.v1.tar", archive)],
        ]
    }

    private static func index(_ manifest: [UInt8], name: String) -> JSON {
        [
            "schemaVersion": 2, "mediaType": "\(mediaType).index.v1+json",
            "manifests": [descriptor("manifest.v1+json", manifest, name: name)],
        ]
    }

    private static let mediaType = "application/vnd.oci.image"

    private static func descriptor(_ kind: String, _ octets: [UInt8], name: String? = nil) -> JSON {
        var members: [String: JSON] = [
            "mediaType": "\(mediaType).\(kind)",
            "digest": "sha256:\(sha256Hex(octets))",
            "size": .number(octets.count),
        ]
        if let name { members["annotations"] = ["org.opencontainers.image.ref.name": .string(name)] }
        return .object(members)
    }
}
