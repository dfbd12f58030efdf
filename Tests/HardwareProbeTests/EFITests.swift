import Inventory
import Testing

@testable import HardwareProbe

/// The firmware's boot variables, in octets made here by UEFI 2.10 sections 3.1.3 and 10.3.
struct EFITests {
    private func node(_ type: UInt8, _ kind: UInt8, _ data: [UInt8]) -> [UInt8] {
        [type, kind, UInt8((data.count + 4) & 0xFF), UInt8((data.count + 4) >> 8)] + data
    }

    private let end: [UInt8] = [0x7F, 0xFF, 4, 0]

    private func text(_ text: String) -> [UInt8] {
        (Array(text.utf16) + [0]).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    private func little(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }

    private func option(_ name: String, active: Bool = true, _ path: [UInt8]) -> [UInt8] {
        [active ? 1 : 0, 0, 0, 0] + little(UInt64(path.count), 2) + text(name) + path
    }

    private var root: [UInt8] { node(2, 1, [0xD0, 0x41, 0x03, 0x0A, 0, 0, 0, 0]) }

    @Test func nodesAreWrittenAsTheStandardWritesThem() {
        let guid: [UInt8] = [
            0xC1, 0xD3, 0xB1, 0x0F, 0x65, 0x7F, 0x5C, 0x4A, 0x8C, 0x1F, 0x5D, 0x2B, 0x6C, 0x1E, 0x1A, 0x01,
        ]
        let drive = little(1, 4) + little(2048, 8) + little(1_048_576, 8) + guid + [2, 2]
        for (nodes, expected) in [
            ([root, node(1, 1, [0, 0x1F])], "PciRoot(0x0)/Pci(0x1F,0x0)"),
            ([node(3, 18, [1, 0, 0xFF, 0xFF, 0, 0])], "Sata(0x1,0xFFFF,0x0)"),
            (
                [node(3, 23, little(1, 4) + [0x20, 0x5A, 0x04, 0x91, 0xB1, 0x38, 0x25, 0x00])],
                "NVMe(0x1,00-25-38-B1-91-04-5A-20)"
            ),
            (
                [node(4, 1, drive), node(4, 4, text(#"\EFI\debian\shimx64.efi"#))],
                #"HD(1,GPT,0FB1D3C1-7F65-4A5C-8C1F-5D2B6C1E1A01,0x800,0x100000)/File(\EFI\debian\shimx64.efi)"#
            ),
            (
                [
                    node(3, 11, [0x52, 0x54, 0, 0x12, 0x34, 0x56] + [UInt8](repeating: 0, count: 26) + [1]),
                    node(3, 12, [10, 0, 0, 5, 10, 0, 0, 1] + [UInt8](repeating: 0, count: 15)),
                    node(3, 24, Array("http://10.0.0.1/boot.efi".utf8)),
                ],
                "MAC(525400123456,0x1)/IPv4(10.0.0.1)/Uri(http://10.0.0.1/boot.efi)"
            ),
            ([node(3, 5, [2, 0])], "USB(0x2,0x0)"), ([node(3, 2, [1, 0, 3, 0])], "Scsi(0x1,0x3)"),
            ([node(5, 1, [6, 0, 0, 0] + Array("PXE".utf8) + [0])], "BBS(Network,PXE)"),
            ([node(2, 1, [0xD0, 0x41, 0x08, 0x0A, 1, 0, 0, 0])], "PcieRoot(0x1)"),
            ([node(9, 7, [0xAB, 0xCD])], "Path(9,7,abcd)"),
        ] {
            #expect(EFIDevicePath.text(of: nodes.flatMap { $0 } + end) == expected)
        }
        let two = root + [0x7F, 1, 4, 0] + node(3, 5, [2, 0]) + end
        #expect(EFIDevicePath.text(of: two) == "PciRoot(0x0),USB(0x2,0x0)")
    }

    @Test func whatIsCutShortIsNoPath() {
        let path = root + node(3, 18, [1, 0, 0xFF, 0xFF, 0, 0]) + end
        for count in 0..<path.count { #expect(EFIDevicePath.text(of: Array(path.prefix(count))) == nil) }
        #expect(EFIDevicePath.text(of: [1, 1, 3, 0] + end) == nil, "a length that is less than its own head")
    }

    @Test func theBootOrderOfAMachine() throws {
        let machine = try MadeMachine()
        func write(_ name: String, _ value: [UInt8]) throws {
            let path = "sys/firmware/efi/efivars/\(name)-8be4df61-93ca-11d2-aa0d-00e098032b8c"
            try machine.write([7, 0, 0, 0] + value, to: path)
        }
        try write("BootOrder", [0x03, 0, 0x0A, 0, 0, 0])
        try write("BootCurrent", [0x0A, 0])
        try write("Boot0003", option("debian", root + end))
        try write("Boot000A", option("UEFI PXEv4 (MAC:525400123456)", active: false, root + end))
        try write("Boot0000", [1, 0, 0])
        try write("BootOptionSupport", [3, 0, 0, 0])
        try write("SetupMode", [1])
        try write("SecureBoot", [0])
        let inventory = try HardwareProbe(root: machine.root).collect(now: 0)
        #expect(inventory.secureBoot == false && inventory.bootMode == .uefi)
        #expect(
            inventory.efi
                == Inventory.EFIBoot(
                    current: "000A",
                    order: ["0003", "000A", "0000"],
                    entries: [
                        .init(number: "0000"),
                        .init(number: "0003", name: "debian", active: true, path: "PciRoot(0x0)"),
                        .init(
                            number: "000A",
                            name: "UEFI PXEv4 (MAC:525400123456)",
                            active: false,
                            path: "PciRoot(0x0)"
                        ),
                    ],
                    setupMode: true
                )
        )
    }

    @Test func aMachineWithoutVariablesHasNone() throws {
        let machine = try MadeMachine()
        try machine.write("64", to: "sys/firmware/efi/fw_platform_size")
        #expect(try HardwareProbe(root: machine.root).collect(now: 0).efi == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func noiseIsAnOptionOrNone(seed: UInt64) {
        var noise = SeededNoise(seed: seed)
        let octets = noise.octets(Int(noise.next() % 300))
        _ = EFILoadOption(octets)
        _ = EFIDevicePath.text(of: octets)
        // Nodes that are whole, of every kind and any content.
        for type: UInt8 in 1...5 {
            for kind: UInt8 in 0...32 {
                let data = noise.octets(Int(noise.next() % 48))
                #expect(EFIDevicePath.text(of: node(type, kind, data) + end) != nil)
            }
        }
    }
}
