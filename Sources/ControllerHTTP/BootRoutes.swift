import Boot
import ControllerCore
import NIOHTTP1
import Octets

/// What machines fetch while they boot, over plain HTTP: scripts made for them, and a fixed list of files.
struct BootRoutes: Sendable {
    let controller: Controller
    let configuration: BootConfiguration
    /// The CA's certificate, as PEM.
    let authority: String
    /// What is served under `/boot/`.
    let files: BootFileSet
    /// Who an address is.
    let peerOf: @Sendable (String) -> BootPeer

    private static let notThere = BootHTTPAnswer.problem(.notFound, "there is no boot file of this name")

    /// The answer to a GET or HEAD.
    func answer(_ request: BootHTTPRequest) async -> BootHTTPAnswer {
        guard request.method == .GET || request.method == .HEAD else {
            return .problem(.methodNotAllowed, "boot files can be read, nothing else")
        }
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: true)
        guard parts.first == "boot", !parts.contains("..") else { return Self.notThere }
        let name = parts.dropFirst().joined(separator: "/")
        switch name {
        case "ipxe": return await script(request)
        case "sample":
            // Of the ramdisk's files the one that is there in any case.
            guard let path = files.paths[configuration.initrd] else { return Self.notThere }
            return .file(BootHTTPFile(name: name, path: path, type: Self.type(of: name)))
        case "ca.pem": return .text(authority, type: "application/x-pem-file")
        default: break
        }
        if let token = RamdiskMedium.token(inPath: name) { return await medium(token, request) }
        switch BootFileName(name) {
        case .autoexec:
            return .text(IPXEScript.chain(configuration: configuration), type: "text/plain")
        case .grub where parts.count == 3:
            // GRUB, loaded by HTTP, looks here for its configuration.
            guard request.method == .GET else { return .text("", type: "text/plain") }
            let script = await controller.loaderScript(BootFileName(name), for: peer(request))
            return script.map { .text($0, type: "text/plain") } ?? Self.notThere
        case .unified(let mac):
            return await unified(name, mac, request)
        case .file, .grub, .pxelinux, .probe:
            guard let path = files.paths[name] else { return Self.notThere }
            return .file(BootHTTPFile(name: name, path: path, type: Self.type(of: name)))
        }
    }

    private func peer(_ request: BootHTTPRequest) -> BootPeer { request.address.map(peerOf) ?? .unknown }

    private func unified(_ name: String, _ mac: MACAddress, _ request: BootHTTPRequest) async -> BootHTTPAnswer {
        guard let unified = files.unified else { return Self.notThere }
        var file = BootHTTPFile(name: name, path: unified.path, type: "application/efi", isFresh: true)
        // The command line has a fresh token in it: asking for the headers alone makes none.
        guard request.method == .GET else { return .file(file) }
        guard let words = await controller.unifiedCommandLine(named: mac, for: peer(request)) else {
            return .problem(.forbidden, "\(mac) shall not boot the ramdisk now")
        }
        guard let section = unified.image.section(words) else {
            return .problem(.internalServerError, "the kernel's arguments do not fit into the unified kernel image")
        }
        file.patch = BootHTTPFile.Patch(offset: unified.image.commandLine.lowerBound, octets: section)
        return .file(file)
    }

    /// The token is all that is asked for: a BMC has an address of another network than its machine.
    private func medium(_ token: String, _ request: BootHTTPRequest) async -> BootHTTPAnswer {
        guard let medium = files.medium,
            let words = await controller.mediumCommandLine(token: token, address: request.address)
        else { return Self.notThere }
        guard let image = medium.image(words) else {
            return .problem(.internalServerError, "the kernel's arguments do not fit into the medium")
        }
        return .medium(BootHTTPMedium(image: image, tag: "\"\(medium.count)-\(token.prefix(16))\""))
    }

    /// Some firmware tells programs from disk images by the type (UEFI section 24.7.3).
    private static func type(of name: String) -> String {
        name.hasSuffix(".efi") ? "application/efi" : "application/octet-stream"
    }

    private func script(_ request: BootHTTPRequest) async -> BootHTTPAnswer {
        guard let text = request.query["mac"], let mac = MACAddress(text) else {
            return .problem(.badRequest, "mac must be a MAC address")
        }
        var firmware = BootFirmware.bios
        if let platform = request.query["platform"] {
            guard let known = BootFirmware(platform: platform) else {
                return .problem(.badRequest, "platform must be efi or pcbios")
            }
            firmware = known
        }
        // A script has a fresh token in it: asking for its headers alone makes none.
        guard request.method == .GET else { return .text("", type: "text/plain") }
        guard peer(request).agreed(with: mac) == mac else {
            return .problem(.forbidden, "\(request.address ?? "an unknown address") is not leased to \(mac)")
        }
        let boot = BootRequest(
            mac: mac,
            uuid: request.query["uuid"].flatMap { $0.isEmpty ? nil : $0.lowercased() },
            firmware: firmware,
            stage: .iPXE,
            transport: .http
        )
        let attempt = request.query["attempt"].flatMap { Int($0) } ?? 0
        let script = await controller.bootScript(
            for: boot,
            attempt: min(max(0, attempt), 1_000_000),
            peer: peer(request)
        )
        return .text(script, type: "text/plain")
    }
}
