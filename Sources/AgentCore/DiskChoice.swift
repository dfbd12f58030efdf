public import AgentAPI
public import Inventory

/// Finds the disk that was approved among those that are there, by what stays the same when kernels name disks anew.
public enum DiskChoice {
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case missing(wanted: String, found: [String])
        case ambiguous(wanted: String, found: [String])

        public var description: String {
            switch self {
            case .missing(let wanted, let found):
                "no disk is the one that was approved (\(wanted)); found: \(Self.list(found))"
            case .ambiguous(let wanted, let found):
                "more than one disk can be the one that was approved (\(wanted)): \(Self.list(found))"
            }
        }

        private static func list(_ found: [String]) -> String {
            found.isEmpty ? "none" : found.joined(separator: "; ")
        }
    }

    /// The one disk that is `wanted`. The kernel's name is never looked at.
    ///
    /// The size must be right. Of serial number and WWN each that both sides know must be the same, and one must be
    /// if any was asked for. The place on the bus decides where neither was asked for, or where they leave a choice.
    public static func find(_ wanted: RootDisk, among disks: [Inventory.Disk]) throws(Problem) -> Inventory.Disk {
        var candidates = disks.filter { disk in
            guard let size = disk.size, UInt64(exactly: size) == wanted.size else { return false }
            var same = false
            for (ours, theirs) in [(wanted.wwn, disk.wwn), (wanted.serial, disk.serial)] {
                guard let ours, let theirs else { continue }
                guard ours == theirs else { return false }
                same = true
            }
            if wanted.wwn != nil || wanted.serial != nil { return same }
            return wanted.busPath == nil || disk.busPath == wanted.busPath
        }
        if candidates.count > 1, let busPath = wanted.busPath {
            let there = candidates.filter { $0.busPath == busPath }
            if !there.isEmpty { candidates = there }
        }
        if candidates.count == 1 { return candidates[0] }
        let text = describe(
            serial: wanted.serial,
            wwn: wanted.wwn,
            busPath: wanted.busPath,
            size: String(wanted.size)
        )
        guard candidates.isEmpty else {
            throw .ambiguous(wanted: text, found: candidates.map(describe))
        }
        throw .missing(wanted: text, found: disks.map(describe))
    }

    private static func describe(_ disk: Inventory.Disk) -> String {
        let identity = describe(
            serial: disk.serial,
            wwn: disk.wwn,
            busPath: disk.busPath,
            size: disk.size.map { String($0) } ?? "unknown"
        )
        return "\(disk.name) (\(identity))"
    }

    private static func describe(serial: String?, wwn: String?, busPath: String?, size: String) -> String {
        [("serial", serial), ("wwn", wwn), ("at", busPath), ("octets", size)]
            .compactMap { name, value in value.map { "\(name) \($0)" } }
            .joined(separator: ", ")
    }
}

extension RootDisk {
    /// The identity of a disk that was found.
    init(_ disk: Inventory.Disk) {
        self.init(
            serial: disk.serial,
            wwn: disk.wwn,
            busPath: disk.busPath,
            size: UInt64(exactly: disk.size ?? 0) ?? 0,
            lastName: disk.name
        )
    }
}
