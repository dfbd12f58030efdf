import Jinja

/// What a field of theirs is called here.
enum FieldName: Hashable {
    /// An expression; `parent` may not be there.
    case one(String, parent: String?)
    /// Octets, of which the field is so many whole units, less some: `memory_mb`, `local_gb`.
    case octets(String, unit: String, less: Int)
    /// A list of values.
    case many(String)

    init(_ path: FieldPath) throws(NotCarried) {
        var name = path.dotted
        if name.hasPrefix("inventory.") { name.removeFirst("inventory.".count) }
        if let known = Self.names[name] {
            let parent = known.hasPrefix("bmc.") ? "bmc" : nil
            self = .one(known, parent: parent)
            return
        }
        switch name {
        case "memory_mb", "memory.physical_mb", "node.properties.memory_mb":
            self = .octets("(memory.installed | default(memory.total))", unit: "MiB", less: 0)
        case "local_gb", "node.properties.local_gb":
            self = .octets(Self.rootDisk + ".size", unit: "GiB", less: 1)
        case "macs", "macs.*":
            self = .many("nics | selectattr(\"mac\", \"defined\") | map(attribute=\"mac\")")
        case "cpu.flags", "cpu.flags.*":
            self = .many("cpu.flags")
        default: self = try Self.deep(path, name)
        }
    }

    /// The disk that ironic-python-agent takes without hints: the smallest of more than 4 GiB.
    private static let rootDisk =
        "(disks | selectattr(\"size\", \"defined\") | selectattr(\"size\", \"gt\", 4 * GiB) | sort(attribute=\"size\") | first)"

    private static let names = [
        "cpu.count": "cpu.threads", "cpus": "cpu.threads", "node.properties.cpus": "cpu.threads",
        "cpu.architecture": "cpu.architecture", "cpu_arch": "cpu.architecture",
        "node.properties.cpu_arch": "cpu.architecture", "cpu.model_name": "cpu.model",
        "cpu.frequency": "cpu.frequency_max", "cpu.socket_count": "cpu.sockets", "memory.total": "memory.total",
        "system_vendor.manufacturer": "system.vendor", "system_vendor.product_name": "system.product",
        "system_vendor.serial_number": "system.serial", "system_vendor.firmware.vendor": "firmware.vendor",
        "system_vendor.firmware.version": "firmware.version", "system_vendor.firmware.build_date": "firmware.date",
        "boot.current_boot_mode": "boot_mode", "bmc_address": "bmc.address", "ipmi_address": "bmc.address",
        "bmc_mac": "bmc.mac",
        "boot.pxe_interface": "(nics | selectattr(\"is_boot\", \"defined\") | selectattr(\"is_boot\") | first).mac",
        "node.name": "node.name", "node.driver": "node.bmc.protocol",
        "node.driver_info.ipmi_address": "node.bmc.address", "node.driver_info.redfish_address": "node.bmc.address",
    ]

    private static let diskFields = [
        "size": "size", "model": "model", "vendor": "vendor", "serial": "serial", "wwn": "wwn",
        "wwn_with_extension": "wwn", "rotational": "rotational", "by_path": "by_path",
        "logical_sectors": "logical_block", "physical_sectors": "physical_block",
    ]

    private static let nicFields = [
        "mac_address": "mac", "mac": "mac", "has_carrier": "link", "name": "name", "speed_mbps": "speed",
        "driver": "driver", "pxe": "is_boot", "pxe_enabled": "is_boot",
    ]

    private static let neighborFields = [
        "switch_system_name": "switch", "switch_chassis_id": "chassis", "switch_port_id": "port",
        "switch_port_description": "port_description", "switch_system_description": "description",
        "switch_port_untagged_vlan_id": "native_vlan", "switch_port_mtu": "frame_size",
        "switch_port_link_aggregation_enabled": "is_aggregated",
    ]

    /// Fields in lists, by interfaces and in what operators say of a node.
    private static func deep(_ path: FieldPath, _ name: String) throws(NotCarried) -> Self {
        var parts = path.parts
        if parts.first == .name("inventory") || parts.first == .name("plugin_data") { parts.removeFirst() }
        guard case .name(let head)? = parts.first else { throw unknown(path) }
        let rest = Array(parts.dropFirst())
        let last: String? = if case .name(let last)? = rest.last { last } else { nil }
        switch head {
        case "disks", "interfaces":
            let fields = head == "disks" ? diskFields : nicFields
            let list = head == "disks" ? "disks" : "nics"
            if rest.isEmpty || rest == [.each] { return .many(list) }
            guard rest.count == 2, let last, let field = fields[last] else { throw unknown(path) }
            switch rest[0] {
            case .each: return .many("\(list) | selectattr(\"\(field)\", \"defined\") | map(attribute=\"\(field)\")")
            case .index(let number): return .one("\(list)[\(number)].\(field)", parent: nil)
            case .name: throw unknown(path)
            }
        case "root_disk":
            guard rest.count == 1, let last, let field = diskFields[last] else { throw unknown(path) }
            return .one("\(rootDisk).\(field)", parent: nil)
        case "all_interfaces", "valid_interfaces", "parsed_lldp":
            guard case .name(let nic)? = rest.first, let last else { throw unknown(path) }
            let here = "(nics | selectattr(\"name\", \"eq\", \(Literal.of(.string(nic)))) | first)"
            if rest.count == 2, let field = head == "parsed_lldp" ? nil : nicFields[last] {
                return .one("\(here).\(field)", parent: nil)
            }
            guard rest.count >= 2, let field = neighborFields[last] else { throw unknown(path) }
            return .one("\(here).neighbor.\(field)", parent: nil)
        case "node":
            guard rest.count == 2, rest[0] == .name("extra"), let last else { throw unknown(path) }
            return .one("labels.\(try Literal.labelKey(last))", parent: nil)
        default: throw unknown(path)
        }
    }

    private static func unknown(_ path: FieldPath) -> NotCarried {
        let name = path.dotted
        if name.hasSuffix("root_disk.name") || name.hasPrefix("inventory.disks"), name.hasSuffix(".name") {
            return NotCarried("'\(path.source)': the kernel's names of disks change between boots")
        }
        return NotCarried("'\(path.source)' is nothing that an inventory has")
    }

    /// The expression of one value.
    func single() throws(NotCarried) -> String {
        switch self {
        case .one(let expression, _): expression
        case .octets(let expression, let unit, let less): "\(expression) // \(unit)" + (less == 0 ? "" : " - \(less)")
        case .many(let list): throw NotCarried("'\(list)' are several values where one is needed")
        }
    }
}

/// Constants as they are written in expressions.
enum Literal {
    static func of(_ value: Value) -> String {
        switch value {
        case .string(let text):
            var quoted = "\""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\\": quoted += "\\\\"
                case "\"": quoted += "\\\""
                case "\n": quoted += "\\n"
                default: quoted.unicodeScalars.append(scalar)
                }
            }
            return quoted + "\""
        case .bool(let flag): return flag ? "true" : "false"
        case .none, .undefined: return "none"
        case .int, .double: return value.description
        case .list(let items): return "[" + items.map { of($0) }.joined(separator: ", ") + "]"
        case .dict: return "{}"
        }
    }

    /// A name as a label's key: what may not stand in one becomes `_`.
    static func labelKey(_ name: String) throws(NotCarried) -> String {
        let key = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        guard let first = key.first, !first.isNumber, key.count <= 64 else {
            throw NotCarried("'\(name)' can be no label's key")
        }
        return key
    }
}
