import Octets

/// The CSV of nodes to enroll: `name,bmc_protocol,bmc_address,bmc_user,bmc_password,rack,unit,mac`.
///
/// The first line names the columns, in any order; `bmc_port`, `rack`, `unit` and `mac` may be missing. The BMC's address
/// may be empty for a machine that was discovered and told it. A field in double quotes may hold commas; a quote in it is
/// doubled (RFC 4180).
struct NodeTable {
    struct Row: Hashable {
        var line: Int
        var name: String
        var `protocol`: String
        var address: String
        var port: Int?
        var user: String
        var password: String
        var rack: String?
        var unit: String?
        var macs: [String]
    }

    let file: String
    var rows: [Row] = []

    static let required = ["name", "bmc_protocol", "bmc_address", "bmc_user", "bmc_password"]
    static let optional = ["bmc_port", "rack", "unit", "mac"]

    /// Reads all rows; throws all that is wrong, each with file and line.
    init(csv: String, file: String) throws(ControllerProblem) {
        self.file = file
        var problems: [String] = []
        var csv = csv[...]
        if csv.unicodeScalars.first == "\u{FEFF}" { csv = Substring(csv.unicodeScalars.dropFirst()) }
        let lines = csv.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let first = lines.first, !first.isEmpty else {
            throw ControllerProblem([
                "\(file):1: the first line must name the columns: \(Self.required.joined(separator: ","))"
            ])
        }
        let columns = (Self.fields(first) ?? []).map { $0.lowercased() }
        // A table without its first line would have a password shown as an unknown column.
        guard columns.contains(where: { Self.required.contains($0) }) else {
            throw ControllerProblem([
                "\(file):1: the first line must name the columns: \(Self.required.joined(separator: ","))"
            ])
        }
        for (index, column) in columns.enumerated() where columns[..<index].contains(column) {
            problems.append("\(file):1: the column '\(column)' stands there twice")
        }
        for column in columns where !Self.required.contains(column) && !Self.optional.contains(column) {
            let known = (Self.required + Self.optional).joined(separator: ", ")
            problems.append("\(file):1: unknown column '\(column)'; columns are \(known)")
        }
        for column in Self.required where !columns.contains(column) {
            problems.append("\(file):1: the column '\(column)' is missing")
        }
        guard problems.isEmpty else { throw ControllerProblem(problems) }
        var names: [String: Int] = [:]
        var places: [String: Int] = [:]
        for (index, line) in lines.enumerated().dropFirst()
        where !line.allSatisfy(\.isWhitespace) && !line.hasPrefix("#") {
            let place = "\(file):\(index + 1)"
            guard let fields = Self.fields(line) else {
                problems.append("\(place): a double quote is never closed")
                continue
            }
            guard fields.count == columns.count else {
                problems.append("\(place): \(fields.count) fields where the first line names \(columns.count) columns")
                continue
            }
            let values = Dictionary(zip(columns, fields)) { first, _ in first }
            func value(_ column: String) -> String { values[column] ?? "" }
            for column in Self.required where value(column).isEmpty && column != "bmc_address" {
                problems.append("\(place): '\(column)' is empty")
            }
            if !["ipmi", "redfish"].contains(value("bmc_protocol")) {
                problems.append("\(place): bmc_protocol must be ipmi or redfish, found '\(value("bmc_protocol"))'")
            }
            let name = value("name")
            if !name.isEmpty, let other = names.updateValue(index + 1, forKey: name.lowercased()) {
                problems.append("\(place): the name '\(name)' is also on line \(other)")
            }
            if !name.isEmpty, let problem = NodeRecord.problem(ofName: name) {
                problems.append("\(place): the name '\(name)' \(problem)")
            }
            let bmc = value("bmc_address").lowercased()
            if !bmc.isEmpty, let other = places.updateValue(index + 1, forKey: bmc + " " + value("bmc_port")) {
                problems.append("\(place): the BMC \(bmc) is also on line \(other)")
            }
            var macs: [String] = []
            for text in value("mac").split(separator: " ") {
                if let mac = MACAddress(text) {
                    macs.append("\(mac)")
                } else {
                    problems.append("\(place): '\(text)' is not a MAC address")
                }
            }
            var port: Int?
            if !value("bmc_port").isEmpty {
                port = Int(value("bmc_port"))
                if port.map({ !(1...65535).contains($0) }) ?? true {
                    problems.append("\(place): bmc_port must be a number from 1 to 65535, found '\(value("bmc_port"))'")
                }
            }
            rows.append(
                Row(
                    line: index + 1,
                    name: value("name"),
                    protocol: value("bmc_protocol"),
                    address: value("bmc_address"),
                    port: port,
                    user: value("bmc_user"),
                    password: value("bmc_password"),
                    rack: value("rack").isEmpty ? nil : value("rack"),
                    unit: value("unit").isEmpty ? nil : value("unit"),
                    macs: macs
                )
            )
        }
        if rows.isEmpty && problems.isEmpty { problems.append("\(file): no nodes after the first line") }
        guard problems.isEmpty else { throw ControllerProblem(problems) }
    }

    /// The fields of a line; nil when a quote is never closed. Only what is not quoted loses the spaces around it.
    private static func fields(_ line: some StringProtocol) -> [String]? {
        var fields: [String] = []
        var rest = Substring(line)
        while true {
            while let first = rest.first, first.isWhitespace { rest.removeFirst() }
            var field = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while true {
                    guard let character = rest.popFirst() else { return nil }
                    if character == "\"" {
                        guard rest.first == "\"" else { break }
                        rest.removeFirst()
                    }
                    field.append(character)
                }
                while let first = rest.first, first != "," {
                    guard first.isWhitespace else { return nil }
                    rest.removeFirst()
                }
            } else {
                let end = rest.firstIndex(of: ",") ?? rest.endIndex
                field = String(rest[..<end])
                while field.last?.isWhitespace == true { field.removeLast() }
                rest = rest[end...]
            }
            fields.append(field)
            guard rest.popFirst() == "," else { return fields }
        }
    }
}
