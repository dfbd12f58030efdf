import BMC
import Synchronization

/// A machine's console that says again in capitals what it is told.
final class LoudConsole: BMCConsole {
    let events: AsyncStream<BMCConsoleEvent>
    private let output: AsyncStream<BMCConsoleEvent>.Continuation
    let isOpen = Mutex(true)

    init() {
        (events, output) = AsyncStream.makeStream()
        say(Array("ready\r\n".utf8))
    }

    func say(_ octets: [UInt8]) { output.yield(.output(octets)) }

    func type(_ octets: [UInt8]) async { say(octets.map { (97...122).contains($0) ? $0 - 32 : $0 }) }

    func sendBreak() async { output.yield(.note("the machine sent a break")) }

    func detach() async { end(nil) }

    func end(_ reason: String?) {
        isOpen.withLock { $0 = false }
        output.yield(.end(reason))
        output.finish()
    }
}
