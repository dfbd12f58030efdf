import AgentAPI
import Inventory
import LLDP
import LinuxKernel
import Synchronization
import Testing

@testable import AgentCore

struct MachineWorkTests {
    private func work(_ controller: any Controller = FakeController()) -> MachineWork {
        let identity = AgentIdentity(
            url: "https://10.0.0.1:8443",
            bootURL: "http://10.0.0.1:8080",
            node: "n",
            name: "node-1",
            signingKey: "",
            generation: 0,
            enrolledAt: 0
        )
        return MachineWork(
            mode: .ramdisk,
            identity: identity,
            credentials: Credentials(key: "", certificate: "", authority: ""),
            bootMAC: nil,
            stateFolder: "/nonexistent",
            controller: controller,
            outbox: EventOutbox(bootID: "b", controller: controller),
            generation: { 0 }
        )
    }

    @Test func whatIsGivenUpIsReportedAsSuch() async {
        let order = WriteImage(
            approval: "a",
            imageName: "debian",
            imageDigest: "d",
            rootDisk: RootDisk(size: 1),
            hostName: "n",
            generation: 1
        )
        let instruction = Instruction(id: "write-1", action: .writeImage(order))
        let work = work()
        let task = Task {
            // Its manifest is waited for; nothing but the cancellation ends that.
            await work.carryOut(instruction)
        }
        task.cancel()
        let result = await task.value
        #expect(result.report == .failed("write-1", "given up: the controller no longer wants it"))
        #expect(result.departure == nil)
    }

    /// The first inventory does not wait for a switch that has not spoken yet; the second says what it said.
    @Test(.enabled(if: !NetworkInterface.all().isEmpty))
    func theInventoryIsSentOnceMoreWhenASwitchWasHeard() async throws {
        let link = try #require(NetworkInterface.all().first).name
        let controller = InventoryTaker()
        var work = work(controller)
        work.neighbors.listen(on: [link])
        let result = await work.carryOut(Instruction(id: "inspect-1", action: .sendInventory()))
        #expect(result.report == .succeeded("inspect-1", "inventory sent"))
        var reports = controller.reports.makeAsyncIterator()
        let first = try #require(await reports.next())
        #expect(first.inventory.nics.allSatisfy { $0.neighbor == nil })

        let unit = LLDPDU(chassis: ChassisID(.local, Array("leaf".utf8)), port: PortID(.local, [49]))
        let head: [UInt8] = [1, 0x80, 0xC2, 0, 0, 0x0E, 2, 0, 0, 0, 0, 1, 0x88, 0xCC]
        work.neighbors.take(head + (try unit.octets()), from: link)
        let second = try #require(await reports.next())
        #expect(second.instruction == "inspect-1")
        #expect(second.inventory.nics.compactMap(\.neighbor).map(\.switch) == ["leaf"])
        #expect(second.inventory.disks == first.inventory.disks)

        // Another instruction has the machine to itself.
        work.neighbors = NeighborBoard()
        work.neighbors.listen(on: [link])
        _ = await work.carryOut(Instruction(id: "inspect-2", action: .sendInventory()))
        _ = await work.carryOut(Instruction(id: "wait", action: .wait(seconds: 1)))
        work.neighbors.take(head + (try unit.octets()), from: link)
        try await Task.sleep(for: .milliseconds(300))
        #expect(controller.count == 3)
    }

    @Test func aKernelThatWasLoadedIsLeftForByTheInstructionsOwnWay() {
        let result = InstructionResult("boot-1", kernel: .success("root=/dev/vda2 ro"), from: "/dev/vda")
        #expect(result.report == .succeeded("boot-1", "kernel loaded from /dev/vda: root=/dev/vda2 ro"))
        #expect(result.departure == nil)
    }

    @Test func aKernelThatCannotBeLoadedIsStartedByTheFirmware() {
        let lockdown = KernelError(call: "kexec_file_load", code: 1, detail: "/mnt/root/boot/vmlinuz")
        let result = InstructionResult("boot-1", kernel: .failure(lockdown), from: "/dev/vda")
        #expect(result.departure == .reset)
        guard case .succeeded(let success) = result.report.outcome else {
            Issue.record("\(result.report)")
            return
        }
        #expect(success.summary.hasPrefix("resetting into the installed system: kexec is not possible: "))
        #expect(success.summary.contains("kexec_file_load /mnt/root/boot/vmlinuz: Operation not permitted"))
    }
}

/// Takes inventories.
private final class InventoryTaker: Controller {
    let reports: AsyncStream<InventoryReport>
    private let taken: AsyncStream<InventoryReport>.Continuation
    private let number = Mutex(0)

    init() {
        (reports, taken) = AsyncStream.makeStream()
    }

    var count: Int { number.withLock { $0 } }

    func call<Request, Answer>(_ endpoint: Endpoint<Request, Answer>, _ request: Request) async throws -> Answer {
        guard let report = request as? InventoryReport, let answer = Acknowledgement() as? Answer else {
            throw FakeController.Away()
        }
        number.withLock { $0 += 1 }
        taken.yield(report)
        return answer
    }

    func fetch(_ path: String) async throws -> [UInt8] { throw FakeController.Away() }
}
