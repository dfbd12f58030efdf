import BMC
import IPMI

/// Serial over LAN in a session that was opened for it.
actor IPMIConsole: BMCConsole {
    nonisolated let events: AsyncStream<BMCConsoleEvent>
    private let output: AsyncStream<BMCConsoleEvent>.Continuation
    private let bmc: String
    private let port: DatagramPort
    private let patience: [Duration]
    private let start = ContinuousClock.now
    private var session: IPMISession
    private var stream = SOLStream()
    private var random = SystemRandomNumberGenerator()
    /// Timers are told apart by numbers: odd ones are the session's, even ones the stream's.
    private var timers = (session: 1, stream: 2)
    private var sendings = 0
    private var isOver = false
    private var attaching: CheckedContinuation<Void, any Error>?

    /// - Parameter firstTimer: no timer of the session's earlier work has this number, or a higher one.
    init(bmc: String, port: DatagramPort, session: IPMISession, patience: [Duration], firstTimer: Int) {
        self.bmc = bmc
        self.port = port
        self.session = session
        self.patience = patience
        timers = (firstTimer | 1, (firstTimer | 1) + 1)
        // What nobody reads is lost at last, and the machine is not held up.
        (events, output) = AsyncStream.makeStream(of: BMCConsoleEvent.self, bufferingPolicy: .bufferingNewest(4096))
    }

    /// Asks for the console and waits until it is there.
    /// - Throws: `BMCError`.
    func attach() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                attaching = continuation
                Task { await pump() }
                handle(.attach)
            }
        } onCancel: {
            Task { await self.detach() }
        }
    }

    func type(_ octets: [UInt8]) { handle(.typed(octets)) }

    func sendBreak() { handle(.sendBreak) }

    func detach() async {
        handle(.detach)
        // The BMC may be gone: it is not waited for long.
        for _ in 0..<40 where !isOver { try? await Task.sleep(for: .milliseconds(50)) }
        await end(nil)
    }

    // MARK: What comes

    private func pump() async {
        for await event in port.events {
            switch event {
            case .datagram(let octets): await take(session.received(octets, random: &random), isAnswer: true)
            case .timeout(let number):
                if number == timers.session {
                    await take(session.timedOut(random: &random), isAnswer: false)
                } else if number == timers.stream {
                    handle(.timerFired)
                }
            case .failed(let text): await end("the BMC cannot be reached: \(text)")
            }
        }
        await end(nil)
    }

    private func take(_ step: IPMISession.Step, isAnswer: Bool) async {
        switch step {
        case .send(let octets):
            if isAnswer { sendings = 0 }
            send(octets)
        case .answered(let response):
            timers.session += 2
            handle(.answered(response))
        case .serial(let payload): handle(.received(payload))
        case .opened, .ignored: break
        case .failed(let failure, let farewell):
            if let farewell { port.send(farewell) }
            await end("\(failure)")
        }
    }

    // MARK: What is done

    private func handle(_ event: SOLStream.Event) {
        guard !isOver else { return }
        for effect in stream.handle(event, at: start.duration(to: .now)) {
            do {
                switch effect {
                case .ask(let request):
                    sendings = 0
                    send(try session.send(request, random: &random))
                case .send(let payload): port.send(try session.send(serial: payload, random: &random))
                case .show(let octets): output.yield(.output(octets))
                case .setTimer(let delay):
                    timers.stream += 2
                    port.startTimer(timers.stream, after: delay)
                case .attached:
                    attaching?.resume()
                    attaching = nil
                case .note(let note): output.yield(.note(note.text))
                case .end(let ending):
                    isOver = true
                    Task { await end(ending.text) }
                }
            } catch {
                isOver = true
                Task { await end("\(error)") }
            }
        }
    }

    private func send(_ datagram: [UInt8]) {
        timers.session += 2
        port.send(datagram)
        port.startTimer(timers.session, after: patience[min(sendings, patience.count - 1)])
        sendings += 1
    }

    private func end(_ reason: String?) async {
        isOver = true
        output.yield(.end(reason))
        output.finish()
        attaching?.resume(
            throwing: BMCError(
                .refused,
                bmc: bmc,
                operation: "attaching to the serial console",
                detail: reason ?? "it was given up"
            )
        )
        attaching = nil
        if let farewell = session.close(random: &random) { port.send(farewell) }
        await port.close()
    }
}

extension SOLStream.Note {
    var text: String {
        switch self {
        case .tookOver: "another session had the console: it was ended"
        case .charactersLost: "the BMC lost characters of the machine"
        case .breakSeen: "the machine sent a break"
        case .dropped(let count): "\(count) typed characters were dropped: the machine does not take them"
        }
    }
}

extension SOLStream.Ending {
    /// Nil for an ending that was asked for.
    var text: String? {
        switch self {
        case .detached: nil
        case .endedByBMC: "the BMC ended the console: another session took it, or serial over LAN was switched off"
        case .refused(let code): "the BMC refuses serial over LAN: \(code)"
        case .noAnswer: "the BMC takes no characters any more"
        }
    }
}
