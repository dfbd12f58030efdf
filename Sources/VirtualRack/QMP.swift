import FoundationEssentials

/// The few words of QEMU's machine protocol that the rack speaks (docs/interop/qmp-spec).
enum QMP {
    static let negotiate = #"{"execute":"qmp_capabilities"}"# + "\n"
    static let pressPowerButton = #"{"execute":"system_powerdown"}"# + "\n"
    /// A break on the serial port of the machine (QEMU's `chardev-send-break`).
    static let sendBreak = #"{"execute":"chardev-send-break","arguments":{"id":"serial"}}"# + "\n"

    /// Puts another medium into the virtual drive; nil: takes it out. A drive that the guest locked is opened by force.
    static func changeMedium(to file: String?, number: Int) -> String {
        let command: JSON =
            if let file {
                [
                    "execute": "blockdev-change-medium", "id": .number(number),
                    "arguments": [
                        "id": .string(QEMUCommandLine.cdDevice), "filename": .string(file), "format": "raw",
                        "force": true,
                    ],
                ]
            } else {
                [
                    "execute": "eject", "id": .number(number),
                    "arguments": ["id": .string(QEMUCommandLine.cdDevice), "force": true],
                ]
            }
        return String(decoding: (try? command.octets()) ?? [], as: UTF8.self) + "\n"
    }

    /// To which question a line is the answer, and whether QEMU did it.
    static func answer(inLine line: String) -> (number: Int, result: Result<Void, any Error>)? {
        guard let document = JSON(octets: Array(line.utf8)), case .number(let number) = document["id"] else {
            return nil
        }
        guard let error = document["error"] else { return (number, .success(())) }
        return (number, .failure(QMPError(text: error["desc"]?.text ?? "no reason given")))
    }

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

/// What QEMU's monitor refused.
struct QMPError: Error, CustomStringConvertible {
    var text: String

    var description: String { "QEMU refused: \(text)" }
}
