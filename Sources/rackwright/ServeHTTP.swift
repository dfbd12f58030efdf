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
        files: BootFileSet,
        servers: ServeBoot,
        log: Logger
    ) throws -> ControllerServer {
        let all = [configuration.address, "127.0.0.1"] + configuration.names
        let addresses = all.filter { IPv4Address($0) != nil }
        let names = all.filter { IPv4Address($0) == nil } + ["localhost"]
        let certificate = try parts.authority.serverCertificate(addresses: addresses, names: names, now: Date())
        return try ControllerServer(
            controller: controller,
            images: parts.images,
            containers: parts.containers,
            imageKey: parts.imageKey,
            tls: ControllerServer.TLS(chain: certificate.chain, key: certificate.key, authority: parts.authority.pem),
            listening: ControllerServer.Listening(
                address: "0.0.0.0",
                httpsPort: configuration.httpsPort,
                httpPort: configuration.httpPort,
                bootAddress: configuration.subnets.contains(where: \.isIPv6) ? "::" : "0.0.0.0"
            ),
            boot: boot,
            bootFiles: files,
            uploads: parts.folder + "/uploads",
            log: log,
            now: { Date().timeIntervalSince1970 },
            peerOf: { servers.peer(at: $0) },
            bootFileFetched: { name, address, octets in
                await controller.takeFetch(name, by: servers.mac(of: address), octets: octets)
            }
        )
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
