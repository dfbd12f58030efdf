/// A CSV table, as `rackwright node enroll` takes it, of BMCs that a search found.
public struct EnrollmentTable: Sendable {
    /// The rows, the names of the columns first.
    public var text: String
    public var count: Int
    /// BMCs that are left out, and why.
    public var problems: [String]

    /// A row for each BMC that took a login and is no node's. Names are proposed from serial number or address.
    public init(_ report: ScanReport, credentials: [ScanBMCs.Credential]) {
        let usable = report.found.filter { $0.node == nil && $0.credential != nil }
        let hasPorts = usable.contains { $0.port != nil }
        var lines = ["name,bmc_protocol,bmc_address,bmc_user,bmc_password" + (hasPorts ? ",bmc_port" : "")]
        var names: Set<String> = []
        problems = []
        for bmc in usable {
            guard let credential = credentials.first(where: { $0.name == bmc.credential }) else { continue }
            let name = Self.name(bmc, among: &names)
            var fields = [name, bmc.protocol, bmc.address, credential.user, credential.password]
            if hasPorts { fields.append(bmc.port.map(String.init) ?? "") }
            if let line = CSVLine.text(fields) {
                lines.append(line)
            } else {
                problems.append("\(bmc.address): the login \(credential.name) has a line break: no table can hold it")
            }
        }
        count = lines.count - 1
        text = lines.joined(separator: "\n") + "\n"
    }

    /// A host name: of letters, digits and `-`, and no other's.
    private static func name(_ bmc: FoundBMC, among taken: inout Set<String>) -> String {
        let words = bmc.serial.map(hostName) ?? ""
        let isTelling = words.contains { $0 != "0" && $0 != "-" && $0 != "x" } && words.count >= 4
        let stem = String((isTelling ? "node-" + words : "bmc-" + hostName(bmc.address)).prefix(56))
        var name = stem
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(stem)-\(number)"
            number += 1
        }
        return name
    }

    private static func hostName(_ text: String) -> String {
        let mapped = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return mapped.split(separator: "-").map { String($0) }.joined(separator: "-")
    }
}
