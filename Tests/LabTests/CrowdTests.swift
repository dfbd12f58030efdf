import Foundation
import TestSupport
import Testing
import VirtualRack

extension Machines {
    /// A room that comes back after a power cut: a thousand clients fetch the initramfs at once by HTTP, each in a
    /// connection of its own. All get all of it, and who asks something else meanwhile is answered.
    @Test(.timeLimit(.minutes(10)))
    func aThousandMachinesFetchTheRamdiskAtOnce() async throws {
        try await Lab.run(RackDefinition(network: Lab.network, machines: [])) { lab in
            let controller = try await lab.startController()
            defer { controller.signal(SIGKILL) }
            let crowd = try await Neighbour("rwcrowd", address: "10.77.0.9/24")
            let report = lab.folder + "/ab.log"
            let url = "http://10.77.0.1:8080/boot/initrd.img"
            let command = "ulimit -n 4096 && exec ab -q -s 300 -c 1000 -n 1000 \(url)"
            let fetching = try crowd.start(["/bin/bash", "-c", command], log: report)
            defer { fetching.end() }

            var answered = 0
            while fetching.isRunning {
                let tokens = try await crowd.run([
                    "/usr/bin/curl", "-sS", "-k", "-m", "60", "-o", "/dev/null", "-w", "%{http_code}",
                    "https://10.77.0.1:8443/agent/v1/check-in", "-d", "{}",
                ])
                // Who has no certificate is refused: that it is refused is the answer.
                #expect(tokens.status == 0 && tokens.output.hasPrefix("4"), "\(tokens.output)\(tokens.errors)")
                if fetching.isRunning { answered += 1 }
            }
            let text = try String(contentsOfFile: report, encoding: .utf8)
            let file = try #require(Lab.artifacts) + "/ramdisk/initramfs.zst"
            let size = try Data(contentsOf: URL(filePath: file)).count
            #expect(text.contains(#/Complete requests: +1000\n/#), "\(text)")
            #expect(text.contains(#/Failed requests: +0\n/#), "\(text)")
            #expect(text.contains("HTML transferred:       \(size * 1000) bytes"), "\(text)")
            #expect(answered > 0, "nobody was answered while the files went out")
            await crowd.remove()
        }
    }
}
