/// Boots that never come to an end.
extension ClientRecord {
    func loopFindings(_ inspection: Inspection) -> [Finding] {
        if history.chainReturns.count > 0, let loader = history.loader {
            return [
                finding(
                    history.chainReturns.count > 1 ? .problem : .warning,
                    .chainLoop,
                    "\(mac) runs iPXE and is given a loader instead of a script, so that it starts iPXE again.",
                    evidence: [
                        "iPXE started again \(inspection.text(history.chainReturns)).", loader.text(inspection),
                    ],
                    advice: "Give clients that say iPXE (option 77 or 175) the address of a script, never a loader."
                )
            ]
        }
        if history.firmware.count >= Patience.firmwareStarts {
            let passes = history.firmwareToIPXE
            return [
                finding(
                    .problem,
                    .bootLoop,
                    "\(mac) starts its network boot again and again"
                        + (passes > 0 ? ", from firmware to iPXE and back." : "."),
                    evidence: [
                        "Its firmware started \(inspection.text(history.firmware)), and came to iPXE \(times(passes)).",
                        "No operating system asked for an address in between.",
                    ],
                    advice: passes > 0
                        ? "Look at the machine's console for why its boot script ends: a kernel that does not load, "
                            + "or a script that exits to firmware which boots from the network first."
                        : "Look at the machine's console and the TFTP server's log: the boot file is not found, "
                            + "does not start, or gives up at once."
                )
            ]
        }
        if history.iPXE.count >= Patience.iPXEStarts {
            return [
                finding(
                    .problem,
                    .bootLoop,
                    "\(mac) starts iPXE again and again.",
                    evidence: [
                        "iPXE started \(inspection.text(history.iPXE)).",
                        "No operating system asked for an address in between.",
                    ],
                    advice: "Look at the machine's console for why its boot script ends."
                )
            ]
        }
        return []
    }
}
