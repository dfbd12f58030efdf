/// What the states of a sensor mean, which are also the events it raises.
enum StateNames {
    /// Nil for the maker's own and for what is reserved.
    static func name(_ offset: Int, _ type: SensorType, _ readingType: EventReadingType) -> String? {
        let names: [String?]
        if readingType.isGeneric {
            names = generic[Int(readingType.rawValue) - 1]
        } else if readingType == .sensorSpecific {
            names = specific[type.rawValue] ?? []
        } else {
            return nil
        }
        return names.indices.contains(offset) ? names[offset] : nil
    }

    /// The name, or the number where there is none.
    static func text(_ offset: Int, _ type: SensorType, _ readingType: EventReadingType) -> String {
        name(offset, type, readingType) ?? "state \(offset)"
    }

    /// IPMI 2.0 table 42-2, by event and reading type from 1.
    private static let generic: [[String]] = [
        [
            "Lower Non-critical going low", "Lower Non-critical going high", "Lower Critical going low",
            "Lower Critical going high", "Lower Non-recoverable going low", "Lower Non-recoverable going high",
            "Upper Non-critical going low", "Upper Non-critical going high", "Upper Critical going low",
            "Upper Critical going high", "Upper Non-recoverable going low", "Upper Non-recoverable going high",
        ],
        ["Transition to Idle", "Transition to Active", "Transition to Busy"],
        ["State Deasserted", "State Asserted"],
        ["Predictive Failure Deasserted", "Predictive Failure Asserted"],
        ["Limit Not Exceeded", "Limit Exceeded"],
        ["Performance Met", "Performance Lags"],
        [
            "Transition to OK", "Transition to Non-critical from OK", "Transition to Critical from less severe",
            "Transition to Non-recoverable from less severe", "Transition to Non-critical from more severe",
            "Transition to Critical from Non-recoverable", "Transition to Non-recoverable", "Monitor",
            "Informational",
        ],
        ["Device Absent", "Device Present"],
        ["Device Disabled", "Device Enabled"],
        [
            "Transition to Running", "Transition to In Test", "Transition to Power Off", "Transition to On Line",
            "Transition to Off Line", "Transition to Off Duty", "Transition to Degraded", "Transition to Power Save",
            "Install Error",
        ],
        [
            "Fully Redundant", "Redundancy Lost", "Redundancy Degraded",
            "Non-redundant: Sufficient Resources from Redundant",
            "Non-redundant: Sufficient Resources from Insufficient", "Non-redundant: Insufficient Resources",
            "Redundancy Degraded from Fully Redundant", "Redundancy Degraded from Non-redundant",
        ],
        ["D0 Power State", "D1 Power State", "D2 Power State", "D3 Power State"],
    ]

    /// IPMI 2.0 table 42-3, by sensor type.
    private static let specific: [UInt8: [String?]] = [
        0x05: [
            "General Chassis Intrusion", "Drive Bay Intrusion", "I/O Card Area Intrusion", "Processor Area Intrusion",
            "LAN Leash Lost", "Unauthorized Dock", "Fan Area Intrusion",
        ],
        0x06: [
            "Front Panel Lockout Violation Attempted", "Pre-boot Password Violation: User Password",
            "Pre-boot Password Violation: Setup Password", "Pre-boot Password Violation: Network Boot Password",
            "Other Pre-boot Password Violation", "Out-of-band Access Password Violation",
        ],
        0x07: [
            "IERR", "Thermal Trip", "FRB1/BIST Failure", "FRB2/Hang in POST Failure",
            "FRB3/Processor Startup Failure", "Configuration Error", "SMBIOS Uncorrectable CPU-complex Error",
            "Presence Detected", "Disabled", "Terminator Presence Detected", "Throttled",
            "Uncorrectable Machine Check Exception", "Correctable Machine Check Error",
        ],
        0x08: [
            "Presence Detected", "Failure Detected", "Predictive Failure", "Input Lost", "Input Lost or Out of Range",
            "Input Out of Range but Present", "Configuration Error", "Inactive",
        ],
        0x09: [
            "Power Off", "Power Cycle", "240VA Power Down", "Interlock Power Down", "AC Lost",
            "Soft Power Control Failure", "Failure Detected", "Predictive Failure",
        ],
        0x0C: [
            "Correctable ECC", "Uncorrectable ECC", "Parity", "Memory Scrub Failed", "Memory Device Disabled",
            "Correctable ECC Logging Limit Reached", "Presence Detected", "Configuration Error", "Spare",
            "Throttled", "Critical Overtemperature",
        ],
        0x0D: [
            "Drive Present", "Drive Fault", "Predictive Failure", "Hot Spare", "Consistency Check in Progress",
            "In Critical Array", "In Failed Array", "Rebuild in Progress", "Rebuild Aborted",
        ],
        0x0F: ["System Firmware Error", "System Firmware Hang", "System Firmware Progress"],
        0x10: [
            "Correctable Memory Error Logging Disabled", "Event Logging Disabled", "Log Area Cleared",
            "All Event Logging Disabled", "Log Full", "Log Almost Full",
            "Correctable Machine Check Error Logging Disabled",
        ],
        0x11: [
            "BIOS Reset", "OS Reset", "OS Shut Down", "OS Power Down", "OS Power Cycle", "OS NMI", "OS Expired",
            "OS Pre-timeout Interrupt",
        ],
        0x12: [
            "System Reconfigured", "OEM System Boot Event", "Undetermined System Hardware Failure",
            "Entry Added to Auxiliary Log", "PEF Action", "Timestamp Clock Sync",
        ],
        0x13: [
            "NMI", "Bus Timeout", "I/O Channel Check NMI", "Software NMI", "PCI PERR", "PCI SERR",
            "EISA Failsafe Timeout", "Bus Correctable Error", "Bus Uncorrectable Error", "Fatal NMI",
            "Bus Fatal Error", "Bus Degraded",
        ],
        0x14: [
            "Power Button Pressed", "Sleep Button Pressed", "Reset Button Pressed", "FRU Latch Open",
            "FRU Service Request",
        ],
        0x19: ["Soft Power Control Failure", "Thermal Trip"],
        0x1B: ["Connected", "Configuration Error"],
        0x1D: [
            "Initiated by Power Up", "Initiated by Hard Reset", "Initiated by Warm Reset", "User Requested PXE Boot",
            "Automatic Boot to Diagnostic", "OS Initiated Hard Reset", "OS Initiated Warm Reset", "System Restart",
        ],
        0x1E: [
            "No Bootable Media", "Non-bootable Disk in Drive", "PXE Server Not Found", "Invalid Boot Sector",
            "Timeout Waiting for Selection",
        ],
        0x1F: [
            "A: Boot Completed", "C: Boot Completed", "PXE Boot Completed", "Diagnostic Boot Completed",
            "CD-ROM Boot Completed", "ROM Boot Completed", "Boot Completed, Device Not Specified",
            "OS Installation Started", "OS Installation Completed", "OS Installation Aborted",
            "OS Installation Failed",
        ],
        0x20: [
            "Critical Stop during OS Load", "Run-time Critical Stop", "OS Graceful Stop", "OS Graceful Shutdown",
            "Soft Shutdown by PEF", "Agent Not Responding",
        ],
        0x21: [
            "Fault", "Identify", "Device Installed", "Ready for Device Installation", "Ready for Device Removal",
            "Power Off", "Device Removal Request", "Interlock", "Disabled", "Spare Device",
        ],
        0x22: [
            "S0/G0: Working", "S1: Sleeping, Context Maintained", "S2: Sleeping, Processor Context Lost",
            "S3: Sleeping, Memory Retained", "S4: Suspended to Disk", "S5/G2: Soft-off", "S4/S5: Soft-off",
            "G3: Mechanical Off", "Sleeping in S1/S2/S3", "G1: Sleeping", "S5: Entered by Override",
            "Legacy On", "Legacy Off", nil, "Unknown",
        ],
        0x23: ["Timer Expired", "Hard Reset", "Power Down", "Power Cycle", nil, nil, nil, nil, "Timer Interrupt"],
        0x24: [
            "Platform Generated Page", "Platform Generated LAN Alert", "Platform Event Trap Generated",
            "Platform Generated SNMP Trap",
        ],
        0x25: ["Present", "Absent", "Disabled"],
        0x27: ["Heartbeat Lost", "Heartbeat"],
        0x28: [
            "Sensor Access Degraded or Unavailable", "Controller Access Degraded or Unavailable",
            "Management Controller Off-line", "Management Controller Unavailable", "Sensor Failure", "FRU Failure",
        ],
        0x29: ["Low", "Failed", "Presence Detected"],
        0x2A: [
            "Session Activated", "Session Deactivated", "Invalid User Name or Password", "Password Attempts Exceeded",
        ],
        0x2B: [
            "Hardware Change", "Firmware or Software Change", "Hardware Incompatibility",
            "Firmware or Software Incompatibility", "Unsupported Hardware Version",
            "Unsupported Firmware or Software Version", "Hardware Change Successful",
            "Firmware or Software Change Successful",
        ],
        0x2C: [
            "Not Installed", "Inactive", "Activation Requested", "Activation in Progress", "Active",
            "Deactivation Requested", "Deactivation in Progress", "Communication Lost",
        ],
    ]
}
