import Inventory
import LinuxKernel

/// Counts what goes wrong on network interfaces between two moments.
struct NICCheck {
    private let nics: [Inventory.NIC]
    private let folder: String
    private let before: [String: Int]

    /// Counts for the first time.
    init(nics: [Inventory.NIC], folder: String = "/sys/class/net") {
        self.nics = nics
        self.folder = folder
        before = Dictionary(
            nics.compactMap { nic in Self.errors(of: nic.name, folder).map { (nic.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Counts again, so many seconds later.
    func results(after seconds: Double) -> [Inventory.Health.NIC] {
        nics.map { nic in
            let after = Self.errors(of: nic.name, folder)
            let link = PlainFile.text("\(folder)/\(nic.name)/carrier").flatMap { Int($0) }.map { $0 == 1 }
            let speed = PlainFile.text("\(folder)/\(nic.name)/speed").flatMap { Int($0) }
            return Inventory.Health.NIC(
                name: nic.name,
                link: link,
                speed: link == true ? speed.flatMap { $0 > 0 ? $0 : nil } : nil,
                speedMax: nic.speedMax,
                errorsTotal: after,
                // A counter that was set back in between says nothing.
                errors: after.flatMap { after in before[nic.name].flatMap { after >= $0 ? after - $0 : nil } },
                duration: rounded(seconds)
            )
        }
    }

    /// Frames that came or went wrong; what is dropped for want of a listener is not wrong.
    private static func errors(of name: String, _ folder: String) -> Int? {
        let counts = ["rx_errors", "tx_errors"].compactMap { file in
            PlainFile.text("\(folder)/\(name)/statistics/\(file)").flatMap { Int($0) }
        }
        guard counts.count == 2 else { return nil }
        let (sum, isTooLarge) = counts[0].addingReportingOverflow(counts[1])
        return isTooLarge ? nil : sum
    }
}
