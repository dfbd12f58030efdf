import FoundationEssentials

/// OpenIPMI's `ipmi_sim` as a machine's BMC: its files and its command line.
struct IPMISimulator: Sendable {
    var machine: RackDefinition.Machine
    var state: StateFolder

    /// Addresses and users, as in ipmi_lan(5).
    var configuration: String {
        let bmc = machine.bmc
        return """
            name "\(machine.name)"
            set_working_mc 0x20
              startlan 1
                addr \(bmc.address) 623
                priv_limit admin
                allowed_auths_callback none md2 md5 straight
                allowed_auths_user none md2 md5 straight
                allowed_auths_operator none md2 md5 straight
                allowed_auths_admin none md2 md5 straight
                guid \(guid)
              endlan
              chassis_control "\(state.chassisScript) \(machine.name)"
              user 1 false "" "" user 10 none md2 md5 straight
              user 2 true "\(bmc.username)" "\(bmc.password)" admin 10 none md2 md5 straight

            """
    }

    /// The UUID as most BMCs send it: in SMBIOS's order of octets, the first three fields little endian.
    var guid: String {
        let digits = Array(machine.uuid.utf8.filter { $0 != UInt8(ascii: "-") })
        guard digits.count == 32 else { return String(repeating: "0", count: 32) }
        let order = [3, 2, 1, 0, 5, 4, 7, 6] + Array(8..<16)
        return String(decoding: order.flatMap { digits[2 * $0..<2 * $0 + 2] }, as: UTF8.self)
    }

    /// What the simulator is made of, as in ipmi_sim_cmd(5): one BMC with a system event log.
    var commands: String {
        """
        mc_setbmc 0x20
        mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
        sel_enable 0x20 1000 0x0a
        mc_enable 0x20

        """
    }

    private var folder: String { state.bmcFolder(machine) }

    /// What the simulator wrote on an earlier run would overrule the configuration, so it starts from nothing.
    func prepare() throws {
        let kept = "\(folder)/state"
        try? FileManager.default.removeItem(atPath: kept)
        try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
        try state.write(configuration, to: "\(folder)/lan.conf")
        try state.write(commands, to: "\(folder)/commands.emu")
    }

    var words: [String] {
        [
            "ipmi_sim", "-n", "-c", "\(folder)/lan.conf", "-f", "\(folder)/commands.emu",
            "-s", "\(folder)/state",
        ]
    }

    /// The program that the simulators call for power and boot device; it asks the rack.
    static func chassisScript(state: StateFolder) -> String {
        """
        #!/bin/sh
        # MACHINE get|set|check WORD...
        exec curl --silent --fail --max-time 25 --unix-socket '\(state.controlSocket)' --data "$*" http://rack/chassis

        """
    }
}
