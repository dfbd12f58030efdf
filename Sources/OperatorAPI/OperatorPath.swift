/// Where each of the operators' calls goes; the controller routes by these and the command line calls by them.
///
/// Names become one path segment each, percent-encoded; those of container images may have `/`.
public enum OperatorPath {
    public static let root = "/api/v1"
    /// Answers without a token.
    public static let health = root + "/health"
    public static let nodes = root + "/nodes"
    public static let match = root + "/match"
    public static let whatIf = match + "/what-if"
    public static let plans = root + "/plans"
    public static let runs = root + "/runs"
    public static let runbooks = root + "/runbooks"
    public static let boots = root + "/boots"
    public static let replayRules = root + "/rules/replay"
    public static let applyRules = root + "/rules/apply"
    public static let networks = root + "/networks"
    public static let tokens = root + "/tokens"
    public static let secrets = root + "/secrets"
    public static let images = root + "/images"
    public static let containers = root + "/containers"
    /// Begins a job.
    public static let scans = root + "/bmc/scans"
    /// Begins a job.
    public static let probes = root + "/bmc/probes"

    /// By its owner's name or its id.
    public static func token(_ word: String) -> String { "\(tokens)/\(segment(word))" }
    public static func node(_ name: String) -> String { "\(nodes)/\(segment(name))" }
    /// Query: `after`, `limit`.
    public static func timeline(_ name: String) -> String { node(name) + "/timeline" }
    public static func inventory(_ name: String) -> String { node(name) + "/inventory" }
    /// Of the inspection before the last.
    public static func inventoryBefore(_ name: String) -> String { inventory(name) + "/before" }
    public static func drift(_ name: String) -> String { inventory(name) + "/drift" }
    public static func deviceNames(_ name: String) -> String { inventory(name) + "/names" }
    /// What the node would get.
    public static func rendering(_ name: String) -> String { node(name) + "/rendering" }
    public static func act(_ verb: String, on name: String) -> String { "\(node(name))/\(segment(verb))" }
    public static func loader(_ name: String) -> String { node(name) + "/boot/loader" }
    public static func bootWay(_ name: String) -> String { node(name) + "/boot/way" }
    public static func network(_ name: String) -> String { node(name) + "/boot/network" }
    /// POST reserves; DELETE ends that, with the query `reason`.
    public static func reservation(_ name: String) -> String { node(name) + "/reservation" }
    /// Begins a test, or says what one would destroy.
    public static func test(_ name: String) -> String { node(name) + "/test" }
    public static func approveTest(_ name: String) -> String { test(name) + "/approve" }
    /// POST gives it another name.
    public static func rename(_ name: String) -> String { node(name) + "/name" }
    public static func labels(_ name: String) -> String { node(name) + "/labels" }
    public static func boot(_ mac: String) -> String { "\(boots)/\(segment(mac))" }
    public static func access(_ name: String) -> String { node(name) + "/bmc/access" }
    /// Begins a job.
    public static func probe(_ name: String) -> String { node(name) + "/bmc/probe" }
    public static func sensors(_ name: String) -> String { node(name) + "/bmc/sensors" }
    public static func parts(_ name: String) -> String { node(name) + "/bmc/parts" }
    /// Query: `limit`.
    public static func eventLog(_ name: String) -> String { node(name) + "/bmc/events" }
    /// What the BMC told by itself.
    public static func recentEvents(_ name: String) -> String { eventLog(name) + "/recent" }
    /// POST asks for a test event.
    public static func testEvent(_ name: String) -> String { eventLog(name) + "/test" }
    /// POST attaches.
    public static func console(_ name: String) -> String { node(name) + "/bmc/console" }
    /// GET reads, with the query `after`, `wait`; POST types; DELETE leaves.
    public static func console(_ name: String, _ attachment: String) -> String {
        "\(console(name))/attached/\(segment(attachment))"
    }
    /// GET reads what is recorded, with the query `limit`; POST says whether it is.
    public static func consoleRecord(_ name: String) -> String { console(name) + "/record" }
    public static func password(_ name: String) -> String { node(name) + "/bmc/password" }
    /// How the BMC itself is on the network; POST begins a job, or says what would change.
    public static func lan(_ name: String) -> String { node(name) + "/bmc/lan" }
    public static func bmcUsers(_ name: String) -> String { node(name) + "/bmc/users" }
    public static func power(_ name: String) -> String { node(name) + "/bmc/power" }
    public static func bios(_ name: String) -> String { node(name) + "/bmc/bios" }
    public static func secureBoot(_ name: String) -> String { node(name) + "/bmc/secure-boot" }
    public static func media(_ name: String) -> String { node(name) + "/bmc/media" }
    public static func firmware(_ name: String) -> String { node(name) + "/bmc/firmware" }
    /// Takes a file of firmware. Query: `target`, an id, more than once for several.
    public static func firmware(_ name: String, file: String, targets: [String] = []) -> String {
        let query = targets.map { "target=\(segment($0))" }.joined(separator: "&")
        return "\(firmware(name))/\(segment(file))" + (query.isEmpty ? "" : "?\(query)")
    }
    /// `SERVICE.PARAMETER`.
    public static func secret(_ name: String) -> String { "\(secrets)/\(segment(name))" }
    public static func plan(_ generation: String) -> String { "\(plans)/\(segment(generation))" }
    public static func apply(_ generation: String) -> String { plan(generation) + "/apply" }
    /// `latest` is the newest.
    public static func run(_ id: String) -> String { "\(runs)/\(segment(id))" }
    public static func runbook(_ name: String) -> String { "\(runbooks)/\(segment(name))" }
    public static func start(runbook name: String) -> String { runbook(name) + "/run" }
    public static func approve(_ id: String) -> String { run(id) + "/approve" }
    public static func stop(_ id: String) -> String { run(id) + "/stop" }
    public static func image(_ name: String) -> String { "\(images)/\(segment(name))" }
    public static func container(_ name: String) -> String { "\(containers)/\(segment(name, slash: true))" }
    public static func job(_ id: String) -> String { "\(root)/jobs/\(segment(id))" }

    /// Keeps what a path segment may have unencoded (RFC 3986 section 3.3), of the delimiters `:` and `*` alone.
    public static func segment(_ text: String, slash: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF")
        var encoded = ""
        for octet in text.utf8 {
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x3A, 0x2A:
                encoded.unicodeScalars.append(Unicode.Scalar(octet))
            case 0x2F where slash:
                encoded.append("/")
            default:
                encoded.append("%")
                encoded.append(digits[Int(octet >> 4)])
                encoded.append(digits[Int(octet & 15)])
            }
        }
        return encoded
    }
}

/// Asks for an operator's token.
public struct CreateToken: Codable, Hashable, Sendable {
    /// Whose it is.
    public var name: String

    public init(name: String) {
        self.name = name
    }
}
