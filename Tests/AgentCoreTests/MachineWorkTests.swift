import AgentAPI
import LinuxKernel
import Testing

@testable import AgentCore

struct MachineWorkTests {
    private func work() -> MachineWork {
        let controller = FakeController()
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
