public import Catalog
public import Inventory
import Jinja
import OrderedCollections

/// Which disk becomes a role's root disk: the smallest that satisfies every predicate and holds the image.
public struct RootDiskChoice: Sendable {
    /// The chosen disk.
    public var disk: Inventory.Disk?
    /// Why none was chosen.
    public var failure: Verdict.Failure

    public init(for role: Role, among disks: [Inventory.Disk], imageSize: UInt64?) {
        self.init(for: RoleChecks(role), among: disks.map { ($0, Facts.variables(of: $0)) }, imageSize: imageSize)
    }

    init(
        for checks: RoleChecks,
        among disks: [(disk: Inventory.Disk, variables: OrderedDictionary<String, Value>)],
        imageSize: UInt64?
    ) {
        let role = checks.role
        var rejected: [String] = []
        var fitting: [Inventory.Disk] = []
        for (disk, variables) in disks {
            if disk.removable == true {
                rejected.append("\(Self.describe(disk)): removable")
            } else if let failed = checks.rootDisk.lazy.compactMap({ $0.failure(with: variables) }).first {
                rejected.append("\(Self.describe(disk)): \(failed.requirement) fails, \(failed.observed)")
            } else if let imageSize, let size = disk.size, UInt64(clamping: size) < imageSize {
                rejected.append(
                    "\(Self.describe(disk)): too small for image '\(role.image)' of \(Quantity.octets(imageSize))"
                )
            } else if disk.size == nil {
                rejected.append("\(Self.describe(disk)): its size is unknown")
            } else {
                fitting.append(disk)
            }
        }
        disk = fitting.min { ($0.size ?? 0, $0.serial ?? "", $0.name) < ($1.size ?? 0, $1.serial ?? "", $1.name) }
        failure = Verdict.Failure(
            requirement: "a root disk for image '\(role.image)'",
            observed: rejected.isEmpty ? "no disks" : rejected.joined(separator: "; ")
        )
    }

    static func describe(_ disk: Inventory.Disk) -> String {
        var words = [disk.name]
        if let size = disk.size { words.append(Quantity.octets(UInt64(clamping: size))) }
        if let serial = disk.serial { words.append("serial \(serial)") }
        return words.joined(separator: " ")
    }
}
