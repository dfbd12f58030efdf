import Catalog
import Inventory
import Matching
import Testing

@Suite struct VerdictTests {
    @Test(arguments: [
        ("memory.total >= 1100 * MiB", "memory.total is 536870912 (512.0 MiB)"),
        ("cpu.threads >= 8", "cpu.threads is 4"),
        ("disks | selectattr(\"size\", \"ge\", 100 * GB) | list | length >= 1", " is 0"),
        ("cpu.threads >= 1 and memory.total >= 1 * GiB", "memory.total is 536870912 (512.0 MiB)"),
        ("not cpu.threads", "cpu.threads is 4"), ("boot_mode == \"uefi\"", "boot_mode"),
    ])
    func aFailureSaysWhatWasObserved(text: String, observed: String) throws {
        let verdict = Verdict(
            of: candidate("a", machine(memory: 512 << 20)),
            for: try role("r", count(1, 1), hardware: [text]),
            imageSize: nil
        )
        #expect(verdict.failures.map(\.requirement) == [text])
        #expect(verdict.failures.first?.observed.contains(observed) ?? false, "\(verdict.failures)")
    }

    @Test func aWornDiskOrBrokenMemoryKeepsAMachineOut() throws {
        let texts = [
            "disks[0].health.wear < 80", "health.memory.mismatches == 0", "health.cpu.stragglers | length == 0",
        ]
        let wanted = try role("r", count(1, 1), hardware: texts)
        func failures(wear: Int, mismatches: Int) -> [String] {
            var machine = machine(memory: 512 << 20)
            machine.disks = [Inventory.Disk(name: "sda", size: 1 << 40, health: .init(verdict: .ok, wear: wear))]
            machine.health = .init(
                depth: .quick,
                cpu: .init(threads: 4, mismatches: 0, stragglers: [], duration: 1),
                memory: .init(tested: 1, mismatches: mismatches, threads: 1, duration: 1)
            )
            return Verdict(of: candidate("a", machine), for: wanted, imageSize: nil).failures.map(\.requirement)
        }
        #expect(failures(wear: 79, mismatches: 0) == [])
        #expect(failures(wear: 80, mismatches: 1) == Array(texts.prefix(2)))
        // What was not tried out is not known, and so not well.
        let unknown = Verdict(of: candidate("a", machine(memory: 512 << 20)), for: wanted, imageSize: nil)
        #expect(unknown.failures.count == 3)
    }

    @Test func aRoleMayRequireABurnInAndAFastNetwork() throws {
        let texts = [
            "burn_in.memory.mismatches == 0", "burn_in.disks | selectattr(\"written\") | list | length >= 1",
            "burn_in.duration >= 600",
            "health.nics | selectattr(\"throughput\", \"defined\") | map(attribute=\"throughput\") | max >= 50 * MB",
        ]
        let wanted = try role("r", count(1, 1), hardware: texts)
        func failures(throughput: Int, tested: Bool) -> [String] {
            var machine = machine(memory: 512 << 20)
            var nic = Inventory.Health.NIC(name: "eth1", duration: 1)
            nic.throughput = throughput
            machine.health = .init(depth: .quick, nics: [.init(name: "eth0", duration: 1), nic])
            if tested {
                var disk = Inventory.Health.Disk(name: "sda", errors: 0, duration: 600)
                disk.written = 1 << 30
                machine.burnIn = .init(
                    depth: .burnIn,
                    duration: 620,
                    memory: .init(tested: 1, mismatches: 0, threads: 1, duration: 300),
                    disks: [disk]
                )
            }
            return Verdict(of: candidate("a", machine), for: wanted, imageSize: nil).failures.map(\.requirement)
        }
        #expect(failures(throughput: 110_000_000, tested: true) == [])
        #expect(failures(throughput: 11_000_000, tested: true) == [texts[3]])
        #expect(failures(throughput: 110_000_000, tested: false) == Array(texts.prefix(3)))
    }

    @Test func everyFailureIsNamedNotTheFirstOnly() throws {
        let wanted = try role(
            "r",
            count(1, 1),
            hardware: ["cpu.threads >= 8", "memory.total >= 1 * TiB"],
            rootDisk: ["size >= 1 * TB"]
        )
        #expect(Verdict(of: candidate("a"), for: wanted, imageSize: nil).failures.count == 3)
    }

    @Test func aNodeWithoutInventoryOrInMaintenanceSaysSo() throws {
        let wanted = try role("r", count(1, 1))
        #expect(
            Verdict(of: candidate("a", nil), for: wanted, imageSize: nil).failures.first?.observed == "no inventory yet"
        )
        let excluded = Verdict(of: candidate("a", excluded: "in maintenance (fan)"), for: wanted, imageSize: nil)
        #expect(excluded.failures.first?.observed == "in maintenance (fan)")
    }

    @Test func preferencesThatHoldAddUp() throws {
        let wanted = try role(
            "r",
            count(1, 1),
            prefer: [("cpu.threads >= 4", 10), ("cpu.threads >= 8", 5), ("true", -3)]
        )
        #expect(Verdict(of: candidate("a"), for: wanted, imageSize: nil).score == 7)
    }

    @Test func theSmallestDiskThatFitsBecomesTheRootDisk() throws {
        let disks = [
            disk("sda", 1, removable: true), disk("sdb", 900), disk("sdc", 20, serial: "B"),
            disk("sdd", 20, serial: "A"),
            disk("sde", 10, rotational: true), disk("sdf", nil),
        ]
        let wanted = try role("r", count(1, 1), rootDisk: ["not rotational"])
        #expect(RootDiskChoice(for: wanted, among: disks, imageSize: 2_000_000_000).disk?.name == "sdd")
    }

    @Test func anImageThatFitsNowhereIsNamedWithBothSizes() throws {
        let wanted = try role("r", count(1, 1), rootDisk: ["size >= 3 * GB"])
        let disks = [disk("sda", 4, serial: "X"), disk("sdb", 2), disk("sdc", 64, removable: true)]
        let choice = RootDiskChoice(for: wanted, among: disks, imageSize: 5 << 30)
        #expect(choice.disk == nil)
        #expect(choice.failure.requirement == "a root disk for image 'debian'")
        #expect(
            choice.failure.observed
                == "sda 3.7 GiB serial X: too small for image 'debian' of 5.0 GiB; "
                + "sdb 1.8 GiB: size >= 3 * GB fails, size is 2000000000 (1.8 GiB); sdc 59.6 GiB: removable"
        )
        #expect(RootDiskChoice(for: wanted, among: [], imageSize: 1).failure.observed == "no disks")
    }
}
