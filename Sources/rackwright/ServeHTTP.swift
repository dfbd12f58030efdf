import Boot
import BootServers
import Catalog
import ControllerCore
import ControllerHTTP
import FoundationEssentials
import ImageFormat
import ImageStore
import Logging
import Octets

extension ServeProcess {
    /// The HTTPS and HTTP servers, with a certificate made at this start.
    func httpServer(
        _ parts: HTTPParts,
        controller: Controller,
        boot: BootConfiguration,
        servers: ServeBoot,
        log: Logger
    ) throws -> ControllerServer {
        let all = [configuration.address, "127.0.0.1"] + configuration.names
        let addresses = all.filter { IPv4Address($0) != nil }
        let names = all.filter { IPv4Address($0) == nil } + ["localhost"]
        let certificate = try parts.authority.serverCertificate(addresses: addresses, names: names, now: Date())
        let files = try bootFiles(boot)
        return try ControllerServer(
            controller: controller,
            images: parts.images,
            containers: parts.containers,
            imageKey: parts.imageKey,
            tls: ControllerServer.TLS(chain: certificate.chain, key: certificate.key, authority: parts.authority.pem),
            listening: ControllerServer.Listening(
                address: "0.0.0.0",
                httpsPort: configuration.httpsPort,
                httpPort: configuration.httpPort
            ),
            boot: boot,
            bootFiles: files,
            uploads: parts.folder + "/uploads",
            log: log,
            now: { Date().timeIntervalSince1970 },
            macOf: { address in IPv4Address(address).flatMap { servers.dhcp?.mac(of: $0) } },
            bootFileFetched: { name, address, octets in
                let mac = IPv4Address(address).flatMap { servers.dhcp?.mac(of: $0) }
                await controller.takeFetch(name, by: mac, octets: octets)
            }
        )
    }

    /// What is served under `/boot/`; a file that is missing at start is an error that says how to make it.
    private func bootFiles(_ boot: BootConfiguration) throws -> [String: String] {
        let files = [
            boot.kernel: configuration.boot.ramdisk + "/vmlinuz",
            boot.initrd: configuration.boot.ramdisk + "/initramfs.zst",
            boot.uefiLoader: configuration.boot.loaders + "/" + boot.uefiLoader,
            boot.biosLoader: configuration.boot.loaders + "/" + boot.biosLoader,
        ]
        for (name, path) in files.sorted(by: { $0.key < $1.key }) where !FileManager.default.fileExists(atPath: path) {
            throw ServeProblem(
                "the boot file \(name) is not at \(path); the ramdisk is made by agent-image/build, "
                    + "the loaders come with Debian's package ipxe"
            )
        }
        return files
    }
}

/// What the HTTP servers are made of.
struct HTTPParts {
    let folder: String
    let images: ImageStore
    let containers: ContainerStore
    let authority: CertificateAuthority
    let imageKey: ImageSigningKey
}
