import FoundationEssentials

/// Container images of two small web services in three versions, for trying deployments and upgrades.
///
/// Each is a static busybox whose httpd serves `/version` and `/healthz` on `$PORT`. Version 3 has no `/healthz`:
/// its health check fails.
public enum DemoContainers {
    public static let services = ["web", "directory"]
    public static let versions = 1...3

    /// Writes the OCI layouts `web-1` ... `directory-3` into a folder.
    /// - Parameter busybox: a statically linked busybox.
    public static func write(to folder: String, busybox: String = "/bin/busybox") throws {
        let program = try [UInt8](Data(contentsOf: URL(filePath: busybox)))
        for service in services {
            for version in versions {
                let image = image(service: service, version: version, busybox: program)
                try image.write(to: "\(folder)/\(service)-\(version)", name: "\(service):\(version)")
            }
        }
    }

    static func image(service: String, version: Int, busybox: [UInt8]) -> OCIImage {
        var layer = TarArchive()
        for path in ["bin", "etc", "tmp", "www"] { layer.add(path, .folder) }
        layer.add("bin/busybox", .file(busybox, executable: true))
        for name in ["cat", "httpd", "ls", "sh", "sleep", "wget"] { layer.add("bin/\(name)", .link("busybox")) }
        func text(_ path: String, _ text: String) { layer.add(path, .file(Array(text.utf8), executable: false)) }
        text("etc/passwd", "root:x:0:0:root:/:/bin/sh\n")
        text("www/index.html", "\(service) v\(version)\n")
        text("www/version", "v\(version)\n")
        if version < 3 { text("www/healthz", "ok\n") }
        return OCIImage(
            layer: layer,
            entrypoint: ["/bin/sh", "-c", "exec httpd -f -p \"$PORT\" -h /www"],
            environment: ["PATH=/bin", "PORT=8080"],
            labels: [
                "org.opencontainers.image.title": service,
                "org.opencontainers.image.version": "\(version)",
            ]
        )
    }
}
