public import BMC
import IPMI
import NIOCore

extension IPMIConnector {
    /// Looks whether a BMC answers by IPMI at an address, without a login; nil where none does.
    ///
    /// It is asked twice: by the presence ping, which some do not know, and for its logins, which some do not tell.
    public func look(
        at address: String,
        port number: Int? = nil,
        patience: Duration = .milliseconds(800)
    ) async throws -> BMCPresence? {
        guard let port = try? await DatagramPort(host: address, port: number ?? RMCP.port, group: group) else {
            return nil
        }
        var look = Look(port: port, patience: patience)
        let presence = await look.run(number)
        await port.close()
        try Task.checkCancellation()
        return presence
    }

    /// One look, through a socket of its own.
    private struct Look {
        let port: DatagramPort
        let patience: Duration
        private var timer = 0
        private var number: UInt8 = 0

        init(port: DatagramPort, patience: Duration) {
            self.port = port
            self.patience = patience
        }

        mutating func run(_ own: Int?) async -> BMCPresence? {
            var presence = BMCPresence(protocol: .ipmi, port: own)
            let request = IPMIRequest.channelAuthenticationCapabilities(privilege: .administrator)
            var hasPonged = false
            var said: IPMIResponse?
            for _ in 0..<2 where said == nil {
                port.send(PresencePing.datagram(tag: 0))
                said = await answer(to: request) { datagram in
                    if let pong = try? PresencePing.Pong(datagram: datagram) { hasPonged = pong.supportsIPMI }
                }
                if hasPonged { break }
            }
            guard hasPonged || said != nil else { return nil }
            if let said, let capabilities = try? ChannelAuthenticationCapabilities(said.data) {
                presence.version = capabilities.supportsVersion2 ? "2.0" : "1.5"
                if !capabilities.supportsVersion2 {
                    presence.remarks.append("it speaks IPMI 1.5 alone, which has no encryption")
                }
                if capabilities.allowsAnonymous { presence.remarks.append("it lets in without a name and password") }
                if capabilities.needsGeneratorKey { presence.remarks.append("it wants a K_G key") }
                if capabilities.maker != 0 { presence.vendor = DeviceID.name(ofMaker: capabilities.maker) }
            }
            // Most keep this to themselves until there is a session.
            if let answer = await answer(to: .deviceID), let device = try? DeviceID(answer.data) {
                presence.vendor = device.manufacturerName
                presence.firmware = device.firmware
                presence.version = presence.version ?? device.version
            }
            if let answer = await answer(to: .systemGUID) { presence.uuid = SystemGUID.uuid(answer.data) }
            return presence
        }

        /// The answer of success, within the patience.
        private mutating func answer(
            to request: IPMIRequest,
            other: ([UInt8]) -> Void = { _ in }
        ) async -> IPMIResponse? {
            timer += 1
            number = (number + 1) & 0x3F
            port.send(SessionlessMessage.datagram(request, number: number))
            port.startTimer(timer, after: patience)
            for await event in port.events {
                switch event {
                case .datagram(let datagram):
                    guard let (response, sequence) = try? SessionlessMessage.response(datagram),
                        sequence == number, response.command == request.command
                    else {
                        other(datagram)
                        continue
                    }
                    return response.completion == .success ? response : nil
                case .timeout(let ended):
                    if ended == timer { return nil }
                case .failed: return nil
                }
            }
            return nil
        }
    }
}
