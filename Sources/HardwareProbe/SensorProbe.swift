import Inventory

/// What the kernel's drivers measure (kernel documentation, hwmon/sysfs-interface).
struct SensorProbe {
    let tree: FileTree

    /// How an input's name begins, and how many of the kernel's units make one of ours.
    private static let kinds: [(prefix: String, kind: Inventory.Sensor.Kind, scale: Double)] = [
        ("temp", .temperature, 1000), ("fan", .fan, 1), ("in", .voltage, 1000), ("curr", .current, 1000),
        ("power", .power, 1_000_000),
    ]

    func sensors() -> [Inventory.Sensor]? {
        let folder = "sys/class/hwmon"
        guard tree.exists(folder) else { return nil }
        return tree.names(folder).flatMap { name in
            let path = tree.real("\(folder)/\(name)")
            // Drivers of old kernels have the files at the device.
            let places = [path, "\(path)/device"]
            let chip = places.compactMap { tree.text("\($0)/name") }.first
            return places.lazy.map { sensors(at: $0, chip: chip ?? tree.linkedName("\(path)/device") ?? name) }
                .first { !$0.isEmpty } ?? []
        }
    }

    private func sensors(at path: String, chip: String) -> [Inventory.Sensor] {
        tree.names(path).compactMap { file in
            guard let input = Self.input(file) else { return nil }
            let (stem, kind, scale) = input
            func value(_ name: String) -> Double? {
                tree.number("\(path)/\(stem)_\(name)").map { Double($0) / scale }
            }
            let isFaulty = tree.flag("\(path)/\(stem)_fault") == true
            guard let measured = tree.number("\(path)/\(file)").map({ Double($0) / scale }) else { return nil }
            return Inventory.Sensor(
                chip: chip,
                name: tree.text("\(path)/\(stem)_label") ?? stem,
                kind: kind,
                value: isFaulty ? nil : measured,
                max: value("max"),
                critical: value("crit")
            )
        }
    }

    /// `temp2_input` as `temp2`; some supplies have nothing but `power1_average`.
    private static func input(_ file: String) -> (stem: String, kind: Inventory.Sensor.Kind, scale: Double)? {
        for (prefix, kind, scale) in kinds {
            for ending in ["_input", "_average"] where file.hasSuffix(ending) {
                let stem = String(file.dropLast(ending.count))
                guard DevicePath.isNumbered(stem, after: prefix), ending == "_input" || kind == .power else { continue }
                return (stem, kind, scale)
            }
        }
        return nil
    }
}
