import BootDoctor
import DHCP
import Octets
import TestSupport
import Testing

/// Whatever stands on the wire, nothing traps.
@Suite struct NoiseTests {
    static let instants = [0.0, -5, 1e300, -1e300, .nan, .infinity, -.infinity, 1_800_000_000]

    /// Good frames of a boot, from client and servers.
    private static func frames() -> [[UInt8]] {
        var scene = Recorder()
        for kind in [Machine.Kind.uefiROM, .iPXE, .biosROM, .uefiHTTP, .system, .bootp] {
            let machine = Machine(kind: kind)
            for type in [MessageType.discover, .request, .decline, .inform, .release] {
                scene.add(machine.message(kind == .bootp ? nil : type), from: machine.mac, 68, to: 67)
            }
            scene.add(machine.message(.request), from: machine.mac, 68, to: 4011)
            for host in [Host.ours, .router, .proxy] {
                for type in [MessageType.offer, .acknowledge, .refuse] {
                    var reply = DHCPMessage(.reply, transaction: machine.transaction)
                    reply.hardwareAddress = machine.mac?.octets ?? []
                    reply.messageType = type
                    reply.serverIdentifier = host.address
                    reply.yourAddress = host.mac == Host.proxy.mac ? .any : machine.address
                    reply.vendorClass = "PXEClient"
                    reply.options[.vendorSpecific] = [6, 1, 8, 255]
                    reply.bootFile = Array("http://10.77.0.1/undionly.kpxe".utf8)
                    reply.setAddresses(.subnetMask, to: [IPv4Address(255, 255, 255, 0)])
                    scene.add(reply, from: host.mac, host.mac == Host.proxy.mac ? 4011 : 67, to: 68)
                }
            }
        }
        return scene.frames
    }

    private struct Recorder {
        var frames: [[UInt8]] = []

        mutating func add(_ message: DHCPMessage, from mac: MACAddress?, _ port: UInt16, to destination: UInt16) {
            guard let mac else { return }
            let frame = Frame(
                sourceMAC: mac,
                source: IPv4Address(10, 77, 0, 3),
                sourcePort: port,
                destination: .broadcast,
                destinationPort: destination,
                payload: message.octets()
            )
            frames.append(frame.octets)
        }
    }

    @Test(arguments: 0..<64 as Range<UInt64>)
    func mutatedFramesNeverTrapAndStayBounded(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let frames = Self.frames()
        var doctor = BootDoctor(own: [Host.ours.address], clientLimit: 8)
        for step in 0..<200 {
            var octets = frames.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let index = Int.random(in: 0..<octets.count, using: &generator)
                octets[index] = .random(in: 0...255, using: &generator)
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                octets = Array(octets.prefix(Int.random(in: 0...octets.count, using: &generator)))
            }
            let now =
                step % 17 == 0 ? Self.instants.randomElement(using: &generator) ?? 0 : Double(step)
            doctor.see(frame: octets, at: now)
            if step % 20 == 0 { check(doctor, at: now) }
        }
        for now in Self.instants { check(doctor, at: now) }
    }

    private func check(_ doctor: BootDoctor, at now: Double) {
        let findings = doctor.findings(at: now)
        #expect(doctor.clients(at: now).count <= 8)
        for finding in findings {
            let text = ([finding.subject, finding.summary, finding.advice] + finding.evidence).joined()
            #expect(text.utf8.allSatisfy { (32...126).contains($0) }, "\(text)")
        }
    }

    @Test func everyPrefixOfEveryFrameIsTakenOrRefused() {
        var doctor = BootDoctor(own: [])
        for frame in Self.frames().prefix(12) {
            for length in 0..<frame.count {
                let isDHCP = doctor.see(frame: frame.prefix(length), at: 0)
                #expect(!isDHCP)
            }
        }
        #expect(doctor.findings(at: 0) == [])
    }

    @Test func noiseIsNoDHCP() {
        var generator = SeededGenerator(seed: 7)
        var doctor = BootDoctor(own: [])
        for _ in 0..<2000 {
            doctor.see(frame: generator.octets(Int.random(in: 0...400, using: &generator)), at: 0)
        }
        #expect(doctor.clients(at: 0) == [])
    }

    @Test func aFloodOfSendersIsForgottenAgain() {
        var doctor = BootDoctor(own: [], clientLimit: 100)
        for number in 0..<3000 as Range<UInt32> {
            var message = DHCPMessage(.reply, transaction: number)
            message.hardwareAddress = [2, 0] + IPv4Address(rawValue: number).octets
            message.messageType = .offer
            message.yourAddress = IPv4Address(rawValue: number)
            message.serverIdentifier = IPv4Address(rawValue: 0x0A00_0000 + number)
            doctor.see(
                DHCPSighting(
                    at: 0,
                    message: message,
                    sourceMAC: nil,
                    source: IPv4Address(rawValue: number),
                    sourcePort: 67,
                    destination: .broadcast,
                    destinationPort: 68
                )
            )
            doctor.see(
                malformedFrom: nil,
                source: IPv4Address(rawValue: number),
                error: .truncated(needed: 1, left: 0, at: 0),
                at: 0
            )
        }
        #expect(doctor.clients(at: 0).count <= 100)
        #expect(doctor.findings(at: 0).count <= 256 + 256 + 64)
    }
}
