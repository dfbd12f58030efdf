import BMC
import Boot
import Octets
import OperatorAPI

/// The CSV of nodes to enroll: `name,bmc_protocol,bmc_address,bmc_user,bmc_password,rack,unit,mac`.
///
/// `bmc_protocol` is `redfish`, `ipmi`, `webhook` (the address is its URL, the password its secret) or `manual` (a person acts).
///
/// The first line names the columns, in any order; `bmc_port`, `rack`, `unit`, `mac` and the columns about the ramdisk may
/// be missing. The BMC's address may be empty for a machine that was discovered and told it. A field in double quotes may
/// hold commas; a quote in it is doubled (RFC 4180).
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
        var network: StaticNetwork?
        var bootsMedium = false
    }

    let file: String
    var rows: [Row] = []

    static let required = ["name", "bmc_protocol", "bmc_address", "bmc_user", "bmc_password"]
    static let optional = ["bmc_port", "rack", "unit", "mac"] + Row.ramdiskColumns

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
        let columns = (CSVLine.fields(first) ?? []).map { $0.lowercased() }
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
            guard let fields = CSVLine.fields(line) else {
                problems.append("\(place): a double quote is never closed")
                continue
            }
            guard fields.count == columns.count else {
                problems.append("\(place): \(fields.count) fields where the first line names \(columns.count) columns")
                continue
            }
            let values = Dictionary(zip(columns, fields)) { first, _ in first }
            func value(_ column: String) -> String { values[column] ?? "" }
            let way = BMCProtocol(rawValue: value("bmc_protocol"))
            for column in Row.required(for: way) where value(column).isEmpty {
                problems.append("\(place): '\(column)' is empty")
            }
            if way == nil {
                let known = BMCProtocol.allCases.map(\.rawValue).joined(separator: ", ")
                problems.append("\(place): bmc_protocol must be one of \(known), found '\(value("bmc_protocol"))'")
            }
            if way == .webhook, !["http://", "https://"].contains(where: value("bmc_address").hasPrefix) {
                problems.append("\(place): the bmc_address of a webhook is its URL, https://HOST/PATH")
            }
            if way == .manual, !value("bmc_address").isEmpty {
                problems.append("\(place): 'manual' has no bmc_address: a person acts")
            }
            let name = value("name")
            if !name.isEmpty, let other = names.updateValue(index + 1, forKey: name.lowercased()) {
                problems.append("\(place): the name '\(name)' is also on line \(other)")
            }
            if !name.isEmpty, let problem = NodeRecord.problem(ofName: name) {
                problems.append("\(place): the name '\(name)' \(problem)")
            }
            let bmc = value("bmc_address").lowercased()
            if !bmc.isEmpty, way?.hasBMC ?? true,
                let other = places.updateValue(index + 1, forKey: bmc + " " + value("bmc_port"))
            {
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
            var row = Row(
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
            problems += row.readRamdisk(value).map { "\(place): \($0)" }
            if let network = row.network,
                let other = rows.first(where: { $0.network?.isSamePlace(as: network) == true })
            {
                problems.append("\(place): the address \(network.address) is also on line \(other.line)")
            }
            rows.append(row)
        }
        if rows.isEmpty && problems.isEmpty { problems.append("\(file): no nodes after the first line") }
        guard problems.isEmpty else { throw ControllerProblem(problems) }
    }
}
