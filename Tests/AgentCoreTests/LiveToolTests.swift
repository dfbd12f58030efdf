import FoundationEssentials
import Inventory
import JSONTree
import TestSupport
import Testing

@testable import AgentCore

/// The machine that runs this test, as the field's own tools see it. Where the facts differ, the reason stands here.
struct LiveToolTests {
    private let inventory: Inventory

    init() throws {
        inventory = try LiveInventory.collect(bootMAC: nil)
    }

    private static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func answer(_ program: String, _ arguments: String...) throws -> String {
        try #require(Python.run(program, arguments, input: ""), "\(program) must be there: run .ci/packages")
    }

    /// Interfaces that tools can ask: the kernel's files may show those of another network namespace.
    private var reachable: [Inventory.NIC] {
        let text = (try? String(contentsOfFile: "/proc/net/dev", encoding: .utf8)) ?? ""
        let names = text.split(separator: "\n").compactMap {
            $0.split(separator: ":").first?.split(separator: " ").first
        }
        return inventory.nics.filter { nic in names.contains { $0 == nic.name } }
    }

    // MARK: lshw

    private func all(_ node: JSONValue) -> [JSONValue] {
        [node] + node["children"].list.flatMap { all($0) }
    }

    private func hardware() throws -> [JSONValue] {
        let octets = Data(try answer("lshw", "-json", "-quiet", "-numeric").utf8)
        let tree = try JSONDecoder().decode(JSONValue.self, from: octets)
        if case .list(let roots) = tree { return roots.flatMap { all($0) } }
        return all(tree)
    }

    private func names(_ node: JSONValue) -> [String] {
        let name = node["logicalname"]
        return name.list.compactMap(\.text) + [name.text].compactMap(\.self)
    }

    @Test func itsPartsAreThoseOfLshw() throws {
        let nodes = try hardware()
        let processors = nodes.filter { $0["class"].text == "processor" }
        // lshw cleans a processor's name of marks as our probe does not have to, so names are compared without them.
        func plain(_ text: String) -> String {
            var text = text
            for mark in ["(R)", "(TM)", "(r)", "(tm)"] { text = text.replacing(mark, with: "") }
            return text.split(separator: " ").joined(separator: " ")
        }
        if let model = inventory.cpu.model, processors.contains(where: { $0["product"].text != nil }) {
            #expect(processors.contains { $0["product"].text.map(plain)?.hasPrefix(plain(model)) == true })
        }
        // lshw counts what the machine has, and the kernel keeps some of it for itself.
        let memory = nodes.first { $0["class"].text == "memory" && $0["id"].text?.hasPrefix("memory") == true }
        if let size = memory?["size"].integer, let total = inventory.memory.total {
            #expect(inventory.memory.installed == size || total <= size && total > size - size / 8)
        }
        // A controller's own function is told with each of its devices; addresses are what is compared.
        let addresses = nodes.compactMap { $0["businfo"].text }.filter { $0.hasPrefix("pci@") }.map { $0.dropFirst(4) }
        #expect(Set(inventory.pci.map { Substring($0.address) }) == Set(addresses))
        for nic in reachable {
            let node = try #require(nodes.first { $0["class"].text == "network" && names($0).contains(nic.name) })
            #expect(node["serial"].text?.lowercased() == nic.mac)
            if let driver = node["configuration"]["driver"].text { #expect(driver == nic.driver) }
        }
        for disk in inventory.disks {
            // Compressed memory is a block device of the kernel's own, which lshw does not have, nor has our probe.
            let node = try #require(nodes.first { names($0).contains("/dev/\(disk.name)") })
            if let size = node["size"].integer { #expect(size == disk.size) }
            if let serial = node["serial"].text, let ours = disk.serial { #expect(serial == ours) }
        }
    }

    // MARK: dmidecode

    @Test(.enabled(if: isThere("/sys/firmware/dmi/tables/DMI"), "the machine has no SMBIOS tables"))
    func itsNameIsThatOfDmidecode() throws {
        let facts = [
            ("system-manufacturer", inventory.system.vendor), ("system-product-name", inventory.system.product),
            ("system-serial-number", inventory.system.serial), ("system-uuid", inventory.system.uuid),
            ("bios-vendor", inventory.firmware.vendor), ("bios-version", inventory.firmware.version),
            ("baseboard-serial-number", inventory.board.serial), ("chassis-serial-number", inventory.chassis.serial),
        ]
        for (keyword, ours) in facts {
            let theirs = try answer("dmidecode", "--string", keyword).split(separator: "\n")
                .last { !$0.hasPrefix("#") }.map { $0.split(separator: " ").joined(separator: " ") }
            // What is a maker's filling word there is not known here.
            guard let ours else { continue }
            #expect(
                theirs?.lowercased() == ours.split(separator: " ").joined(separator: " ").lowercased(),
                "\(keyword)"
            )
        }
    }

    // MARK: ethtool

    /// `Speed: 1000Mb/s` and the like.
    private func fields(_ text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].split(separator: " ").joined(separator: " ").split(separator: "\t").joined()
            fields[name] = line[line.index(after: colon)...].split(separator: " ").joined(separator: " ")
        }
        return fields
    }

    @Test func itsLinksAreThoseOfEthtool() throws {
        for nic in reachable {
            let link = fields(try answer("ethtool", nic.name))
            if let detected = link["Link detected"] { #expect(nic.link == (detected == "yes"), "\(nic.name)") }
            // A virtual card says that it does not know its speed.
            let speed = link["Speed"].flatMap { text in text.hasSuffix("Mb/s") ? Int(text.dropLast(4)) : nil }
            #expect(nic.speed == speed, "\(nic.name)")
            let driver = fields(try answer("ethtool", "-i", nic.name))
            #expect(nic.driver == driver["driver"])
            // An empty firmware is none.
            if let firmware = driver["firmware-version"], !firmware.isEmpty, firmware != "N/A" {
                #expect(nic.firmware == firmware)
            } else {
                #expect(nic.firmware == nil)
            }
            // Of a card that has no address burned in ethtool says zeros or that it is not set.
            let own = fields(try answer("ethtool", "-P", nic.name))["Permanent address"]
            if let own, own.count == 17, own != "00:00:00:00:00:00" { #expect(nic.permanentMAC == own.lowercased()) }
        }
    }

    // MARK: nvme

    @Test(.enabled(if: isThere("/sys/class/nvme"), "the machine has no NVMe disks"))
    func itsNVMeDisksAreThoseOfNVMe() throws {
        let octets = Data(try answer("nvme", "list", "--output-format=json").utf8)
        let devices = try JSONDecoder().decode(JSONValue.self, from: octets)["Devices"].list
        for device in devices {
            // From version 2 on namespaces are listed under their controllers; then there is no path at the top.
            guard let path = device["DevicePath"].text else { continue }
            let disk = try #require(inventory.disks.first { "/dev/\($0.name)" == path })
            #expect(disk.serial == device["SerialNumber"].text && disk.model == device["ModelNumber"].text)
            #expect(disk.firmware == device["Firmware"].text && disk.size == device["PhysicalSize"].integer)
        }
    }
}
