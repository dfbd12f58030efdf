import Boot
import ControllerCore
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Octets

/// What machines fetch while they boot, over plain HTTP: the script made for them, and a fixed list of files.
struct BootRoutes: Sendable {
    let controller: Controller
    let configuration: BootConfiguration
    /// The CA's certificate, as PEM.
    let authority: String
    /// What is served under `/boot/`.
    let files: BootFileSet
    /// Who an address is.
    let peerOf: @Sendable (String) -> BootPeer
    /// Told of every file that went out: its name, who fetched it, octets.
    let fetched: @Sendable (String, String, Int) async -> Void

    func add(to router: Router<ConnectionContext>) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on("/boot/:file", method: method) { request, context in
                let name = try context.parameters.require("file")
                switch name {
                case "ipxe":
                    return try await script(request, context)
                case "ca.pem":
                    return text(authority, request, type: "application/x-pem-file")
                case "autoexec.ipxe":
                    return text(IPXEScript.chain(configuration: configuration), request)
                default:
                    return try await file(name, request, context)
                }
            }
        }
        // GRUB, loaded by HTTP, looks here for its configuration.
        router.get("/boot/grub/:file") { request, context in
            let name = BootFileName("grub/" + (try context.parameters.require("file")))
            guard let script = await controller.loaderScript(name, for: peer(context)) else { throw Self.notThere }
            return text(script, request)
        }
    }

    private func peer(_ context: ConnectionContext) -> BootPeer { context.address.map(peerOf) ?? .unknown }

    private static let notThere = HTTPProblem(.notFound, "there is no boot file of this name")

    private func text(_ text: String, _ request: Request, type: String = "text/plain") -> Response {
        let response = Response.text(text, type: type)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func file(_ name: String, _ request: Request, _ context: ConnectionContext) async throws -> Response {
        let address = context.address ?? "unknown"
        let fetched = fetched
        guard let answer = try await answer(name, request, context),
            let response = try await answer.response(
                to: request,
                context: context,
                sent: { await fetched(name, address, $0) }
            )
        else { throw Self.notThere }
        return response
    }

    private func answer(
        _ name: String,
        _ request: Request,
        _ context: ConnectionContext
    ) async throws -> FileAnswer? {
        guard case .unified(let mac) = BootFileName(name) else {
            return files.paths[name].map { FileAnswer(path: $0, contentType: Self.type(of: name)) }
        }
        guard let unified = files.unified else { return nil }
        var answer = FileAnswer(path: unified.path, contentType: "application/efi")
        // The command line has a fresh token in it: asking for the headers alone makes none.
        guard request.method == .get else { return answer }
        guard let words = await controller.unifiedCommandLine(named: mac, for: peer(context)) else {
            throw HTTPProblem(.forbidden, "\(mac) shall not boot the ramdisk now")
        }
        guard let section = unified.image.section(words) else {
            throw HTTPProblem(.internalServerError, "the kernel's arguments do not fit into the unified kernel image")
        }
        answer.patch = PatchedFile(path: unified.path, offset: unified.image.commandLine.lowerBound, octets: section)
        answer.headers[.cacheControl] = "no-store"
        return answer
    }

    /// Some firmware tells programs from disk images by the type (UEFI section 24.7.3).
    private static func type(of name: String) -> String {
        name.hasSuffix(".efi") ? "application/efi" : "application/octet-stream"
    }

    private func script(_ request: Request, _ context: ConnectionContext) async throws -> Response {
        let query = request.uri.queryParameters
        guard let text = query["mac"], let mac = MACAddress(text) else {
            throw HTTPProblem(.badRequest, "mac must be a MAC address")
        }
        let firmware: BootFirmware
        if let platform = query["platform"] {
            guard let known = BootFirmware(platform: String(platform)) else {
                throw HTTPProblem(.badRequest, "platform must be efi or pcbios")
            }
            firmware = known
        } else {
            firmware = .bios
        }
        // A script has a fresh token in it: asking for its headers alone makes none.
        guard request.method != .head else {
            var response = Response(status: .ok, headers: [.contentType: "text/plain"])
            response.headers[.contentLength] = nil
            return response
        }
        guard peer(context).agreed(with: mac) == mac else {
            let address = context.address ?? "an unknown address"
            throw HTTPProblem(.forbidden, "\(address) is not leased to \(mac)")
        }
        let boot = BootRequest(
            mac: mac,
            uuid: query["uuid"].flatMap { $0.isEmpty ? nil : $0.lowercased() },
            firmware: firmware,
            stage: .iPXE,
            transport: .http
        )
        let attempt = query["attempt"].flatMap { Int($0) } ?? 0
        var response = Response.text(
            await controller.bootScript(
                for: boot,
                attempt: min(max(0, attempt), 1_000_000),
                peer: peer(context)
            ),
            type: "text/plain"
        )
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
