public import OperatorAPI

/// Tests of nodes as text for people.
public enum TestText {
    /// What would be lost and how to approve of it, or that the test has begun.
    public static func report(_ report: TestReport, _ look: Appearance) -> String {
        guard report.needsApproval else { return report.message.oneLine }
        let minutes = report.minutes.formattedBriefly
        let node = report.node.oneLine
        var lines = [
            "test \(report.number) of \(node): processors and memory for \(minutes) min, then these disks are overwritten, "
                + "for \(minutes) min at most, and read back:"
        ]
        for disk in report.disks {
            let serial = disk.serial.map { "serial \($0)" }
            let what = [disk.size.map { Octets.text($0) }, disk.model, serial].compactMap(\.self).joined(
                separator: ", "
            )
            lines.append("  " + look.tinted(disk.name.oneLine, .bold) + ": \(what)".oneLine)
            let holds = disk.holds.isEmpty ? ["nothing that was found"] : disk.holds
            lines += holds.map { "    " + look.tinted("destroys: \($0)".oneLine, disk.holds.isEmpty ? nil : .red) }
        }
        lines.append("to let it begin, once: rackwright node test \(node) --approve \(report.number)")
        return lines.joined(separator: "\n")
    }
}

extension Double {
    fileprivate var formattedBriefly: String {
        self == rounded() && abs(self) < 1e9 ? "\(Int(self))" : "\(self)"
    }
}
