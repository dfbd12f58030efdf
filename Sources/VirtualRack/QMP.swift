import FoundationEssentials

/// The few words of QEMU's machine protocol that the rack speaks (docs/interop/qmp-spec).
enum QMP {
    static let negotiate = #"{"execute":"qmp_capabilities"}"# + "\n"
    static let pressPowerButton = #"{"execute":"system_powerdown"}"# + "\n"
    /// A break on the serial port of the machine (QEMU's `chardev-send-break`).
    static let sendBreak = #"{"execute":"chardev-send-break","arguments":{"id":"serial"}}"# + "\n"

    private struct Event: Decodable {
        struct Content: Decodable {
            var reason: String?
        }
        var event: String?
        var data: Content?
    }

    /// Why the machine stopped, if the line is a SHUTDOWN event: `guest-reset`, `guest-shutdown`, `host-signal`, ...
    static func shutdownReason(inLine line: String) -> String? {
        guard let event = try? JSONDecoder().decode(Event.self, from: Data(line.utf8)), event.event == "SHUTDOWN"
        else { return nil }
        return event.data?.reason ?? "unknown"
    }
}
