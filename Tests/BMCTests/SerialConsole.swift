import Foundation
import Glibc
import TestSupport

@testable import IPMI

/// A session and a console over it, on a plain socket: what a program needs besides the two values.
final class SerialConsole {
    private var session: IPMISession
    private var stream = SOLStream()
    private var random = SeededGenerator(seed: 7)
    private let descriptor: Int32
    private let start = ContinuousClock.now
    private var timer: Duration?
    private var asked: IPMIRequest?
    private(set) var screen: [UInt8] = []
    private(set) var notes: [SOLStream.Note] = []
    private(set) var isAttached = false
    private(set) var ending: SOLStream.Ending?

    init(port: Int) throws {
        session = try IPMISession(username: "admin", password: "secret", suites: [.sha1])
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw POSIXError(.ECONNREFUSED) }
        send(session.start())
        while session.suite == nil { try takeAnswer() }
        asked = .setSessionPrivilege(.administrator)
        send(try session.send(.setSessionPrivilege(.administrator), random: &random))
        while asked != nil { try takeAnswer() }
    }

    deinit { close(descriptor) }

    func handle(_ event: SOLStream.Event) throws {
        for effect in stream.handle(event, at: start.duration(to: .now)) {
            switch effect {
            case .ask(let request):
                asked = request
                send(try session.send(request, random: &random))
            case .send(let payload): send(try session.send(serial: payload, random: &random))
            case .show(let characters): screen += characters
            case .setTimer(let delay): timer = start.duration(to: .now) + delay
            case .attached: isAttached = true
            case .note(let note): notes.append(note)
            case .end(let ending): self.ending = ending
            }
        }
    }

    /// Lets the two talk until something is so.
    func run(until isSo: (SerialConsole) -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isSo(self) {
            guard ContinuousClock.now < deadline else { throw POSIXError(.ETIMEDOUT) }
            let datagram = receive(within: .milliseconds(20))
            if !datagram.isEmpty { try step(session.received(datagram, random: &random)) }
            if let at = timer, start.duration(to: .now) >= at {
                timer = nil
                try handle(.timerFired)
            }
        }
    }

    /// Whoever logs in tries again where nobody is there yet.
    private func takeAnswer() throws {
        let datagram = receive(within: .seconds(1))
        guard !datagram.isEmpty else { throw POSIXError(.ETIMEDOUT) }
        try step(session.received(datagram, random: &random))
    }

    private func step(_ step: IPMISession.Step) throws {
        switch step {
        case .send(let datagram): send(datagram)
        case .answered(let response):
            asked = nil
            if response.command != 0x3B { try handle(.answered(response)) }
        case .serial(let payload): try handle(.received(payload))
        case .opened, .ignored: break
        case .failed(let failure, _): throw failure
        }
    }

    func logOut() {
        if let farewell = session.close(random: &random) { send(farewell) }
    }

    private func send(_ datagram: [UInt8]) {
        _ = unsafe datagram.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Empty when nothing came.
    private func receive(within limit: Duration) -> [UInt8] {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
        guard unsafe poll(&waiting, 1, Int32(milliseconds)) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return [UInt8](buffer.prefix(max(0, count)))
    }
}
