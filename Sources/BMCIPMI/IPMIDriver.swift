import BMC
import IPMI
import NIOCore

/// One IPMI session with a BMC.
actor IPMIDriver: BMCDriver {
    let endpoint: BMCEndpoint
    private let patience: [Duration]
    private let port: DatagramPort
    private var session: IPMISession
    private var random = SystemRandomNumberGenerator()
    private var timer = 0
    /// What was asked and answered, while somebody wants to know.
    var walked: IPMIRecording?

    init(endpoint: BMCEndpoint, suites: [CipherSuite], patience: [Duration], group: any EventLoopGroup) async throws {
        self.endpoint = endpoint
        self.patience = patience
        do {
            session = try IPMISession(
                username: endpoint.username,
                password: endpoint.password.reveal(),
                suites: suites
            )
        } catch {
            throw BMCError(.wrongCredentials, bmc: "\(endpoint)", operation: "logging in", detail: "\(error)")
        }
        do {
            port = try await DatagramPort(host: endpoint.address, port: endpoint.port ?? RMCP.port, group: group)
        } catch {
            throw BMCError(.unreachable, bmc: "\(endpoint)", operation: "opening a socket", detail: "\(error)")
        }
    }

    /// Opens the session; on failure the socket is closed.
    func login() async throws -> CipherSuite {
        do {
            _ = try await drive(session.start(), "logging in")
            guard let suite = session.suite else { throw error(.protocolError, "logging in", "no session stands") }
            let answer = try await answer(
                to: .setSessionPrivilege(.administrator),
                "asking for administrator privilege"
            )
            guard answer.completion == .success else {
                // A BMC that is busy says nothing of the user.
                let isBusy = answer.completion.isTransient && answer.completion != .notInPresentState
                let kind: BMCError.Kind = isBusy ? .busy : .wrongCredentials
                throw error(kind, "asking for administrator privilege", "\(answer.completion)")
            }
            return suite
        } catch {
            await close()
            throw error
        }
    }

    /// The number of the suite of the session that stands; 0 for none.
    var suite: UInt8 { session.suite?.rawValue ?? 0 }

    // MARK: Operations

    func identify() async throws -> BMCIdentity {
        let operation = "reading the device ID"
        let device = try read(try await command(.deviceID, operation), operation, DeviceID.init)
        let guid = try await answer(to: .systemGUID, "reading the system GUID")
        return BMCIdentity(
            manufacturer: device.manufacturerName,
            uuid: guid.completion == .success ? SystemGUID.uuid(guid.data) : nil,
            firmware: device.firmware,
            interface: "IPMI \(device.version), cipher suite \(session.suite?.rawValue ?? 0)"
        )
    }

    func powerState() async throws -> PowerState {
        let operation = "reading the power state"
        let status = try read(try await command(.chassisStatus, operation), operation, ChassisStatus.init)
        return status.isPowerOn ? .on : .off
    }

    func setPower(_ action: PowerAction) async throws {
        let control: ChassisAction =
            switch action {
            case .on: .powerUp
            case .forceOff: .powerDown
            case .gracefulShutdown: .softShutdown
            case .reset: .hardReset
            }
        _ = try await command(.chassisControl(control), "chassis control \(action.rawValue)")
    }

    func setBootDevice(_ setting: BootSetting) async throws {
        let operation = "setting the boot device to \(setting)"
        let device: BootFlags.Device =
            switch setting.device {
            case BootDevice.none?: .none
            case .pxe: .pxe
            case .disk: .disk
            case .cd: .cd
            case .httpBoot: throw error(.refused, operation, "IPMI has no word for UEFI HTTP boot")
            case nil: throw error(.refused, operation, "no device was named")
            }
        // The first three help where they are known; BMCs without them refuse, and the flags may work all the same.
        _ = try await answer(to: .setBootOptionsInProgress(true), operation)
        _ = try await answer(to: .keepBootFlagsUntilBoot, operation)
        _ = try await answer(to: .clearBootAcknowledgement, operation)
        let flags = BootFlags(
            device: device,
            isPersistent: setting.persistence == .continuous,
            isUEFI: setting.mode != .legacy
        )
        let result = try await answer(to: .setBootFlags(flags), operation)
        _ = try await answer(to: .setBootOptionsInProgress(false), operation)
        guard result.completion == .success else { throw error(.refused, operation, "\(result.completion)") }
    }

    func bootDevice() async throws -> BootSetting {
        let operation = "reading the boot device"
        let flags = try read(try await command(.bootFlags, operation), operation, BootFlags.init)
        let mode: BootMode = flags.isUEFI ? .uefi : .legacy
        guard flags.device != .none else { return BootSetting(device: BootDevice.none, persistence: nil) }
        let device: BootDevice? =
            switch flags.device {
            case .pxe: .pxe
            case .disk: .disk
            case .cd: .cd
            default: nil
            }
        let found = BootSetting(device: device, persistence: flags.isPersistent ? .continuous : .once, mode: mode)
        guard flags.isValid else {
            let remark = "the boot flags say \"\(found)\" and are marked invalid (some BMCs say so and still obey)"
            return BootSetting(device: BootDevice.none, persistence: nil, remark: remark)
        }
        return found
    }

    func console() async throws -> any BMCConsole {
        let console = IPMIConsole(
            bmc: "\(endpoint)",
            port: port,
            session: session,
            patience: patience,
            firstTimer: timer + 1
        )
        try await console.attach()
        return console
    }

    func close() async {
        if let farewell = session.close(random: &random) { port.send(farewell) }
        await port.close()
    }

    // MARK: Exchange

    func read<Value>(
        _ data: [UInt8],
        _ operation: String,
        _ parse: ([UInt8]) throws -> Value
    ) throws -> Value {
        do {
            return try parse(data)
        } catch {
            throw self.error(.protocolError, operation, "\(error)")
        }
    }

    /// The data of a successful answer.
    func command(_ request: IPMIRequest, _ operation: String) async throws -> [UInt8] {
        let response = try await answer(to: request, operation)
        guard response.completion == .success else {
            let isBusy = response.completion.isTransient && response.completion != .notInPresentState
            throw error(isBusy ? .busy : .refused, operation, "\(response.completion)")
        }
        return response.data
    }

    /// The answer, after some patience with a BMC that says that another time may be better.
    func answer(
        to request: IPMIRequest,
        _ operation: String,
        isWaitedOut: (CompletionCode) -> Bool = \.isTransient
    ) async throws -> IPMIResponse {
        for attempt in 1... {
            let datagram: [UInt8]
            do {
                datagram = try session.send(request, random: &random)
            } catch {
                throw self.error(error, operation)
            }
            guard let response = try await drive(datagram, operation) else { break }
            walked?.note(request, response)
            guard isWaitedOut(response.completion), attempt < 4 else { return response }
            try await Task.sleep(for: .milliseconds(250 * attempt))
        }
        throw error(.protocolError, operation, "the session ended")
    }

    /// Sends and waits until the session says that a step is complete; nil when it is the login that is.
    private func drive(_ first: [UInt8], _ operation: String) async throws -> IPMIResponse? {
        var sendings = 0
        send(first, &sendings)
        for await event in port.events {
            let step: IPMISession.Step
            switch event {
            case .datagram(let octets): step = session.received(octets, random: &random)
            case .timeout(let number):
                step = number == timer ? session.timedOut(random: &random) : .ignored("an old timer")
            case .failed(let text): throw error(.unreachable, operation, text)
            }
            switch step {
            case .send(let octets):
                if case .datagram = event { sendings = 0 }
                send(octets, &sendings)
            case .opened: return nil
            case .answered(let response): return response
            case .serial, .ignored: continue
            case .failed(let failure, let farewell):
                if let farewell { port.send(farewell) }
                throw error(failure, operation)
            }
        }
        throw CancellationError()
    }

    private func send(_ octets: [UInt8], _ sendings: inout Int) {
        timer += 1
        port.send(octets)
        port.startTimer(timer, after: patience[min(sendings, patience.count - 1)])
        sendings += 1
    }

    // MARK: Errors

    func error(_ kind: BMCError.Kind, _ operation: String, _ detail: String) -> BMCError {
        BMCError(kind, bmc: "\(endpoint)", operation: operation, detail: detail)
    }

    private func error(_ failure: IPMIFailure, _ operation: String) -> BMCError {
        let kind: BMCError.Kind =
            switch failure {
            case _ where failure.isAboutCredentials: .wrongCredentials
            case .timeout: .timeout
            case .refused(let status, _): status.isShortOfSessions ? .busy : .refused
            case .noVersion2, .downgraded: .refused
            default: .protocolError
            }
        return error(kind, operation, "\(failure)")
    }
}
