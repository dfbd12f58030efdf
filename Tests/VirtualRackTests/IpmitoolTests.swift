import Foundation
import IPMI
import Testing

@testable import VirtualRack

/// The BMC as `ipmitool` finds it.
@Suite(.timeLimit(.minutes(5)))
struct IpmitoolTests {
    @Test(arguments: [3, 17])
    func powerIsSwitchedAndTold(suite: Int) async throws {
        try await LoopbackBMC.with { bmc in
            let off = try await bmc.ipmitool(suite, "chassis", "status")
            #expect(off["System Power"] == "off", "\(off.text)")
            #expect(try await bmc.ipmitool(suite, "chassis", "power", "on").text == "Chassis Power Control: Up/On\n")
            #expect(bmc.machine.power == .on)
            #expect(try await bmc.ipmitool(suite, "chassis", "power", "status").text == "Chassis Power is on\n")
        }
    }
}
