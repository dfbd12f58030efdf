import BMC
import OperatorAPI
import Synchronization
import Testing

@testable import ControllerCore

/// New passwords for BMCs: at every moment one of those that are kept is the BMC's.
struct RotationTests {
    private func isReached(_ bench: Bench) async throws -> Bool {
        try await bench.controller.power(of: "node-1").message == "node-1: the power is on"
    }

    @Test func aNewPasswordIsMadeTakenAndStored() async throws {
        let bench = try await Bench.enrolled()
        let answer = try await bench.controller.rotatePassword(of: "node-1", RotatePassword())
        #expect(answer.message == "node-1: the new password holds")
        let password = bench.bmcPassword.withLock { $0 }
        #expect(password != Bench.password && password.utf8.count == 16)
        #expect(try await isReached(bench))
        try bench.restart()
        #expect(try await isReached(bench), "it is stored")
        let told = "\(answer)\(try await bench.timeline("node-1"))"
        #expect(!told.contains(password))
    }

    @Test func aPasswordThatTheBMCRefusesLeavesTheOldOne() async throws {
        let bench = try await Bench.enrolled()
        let problem = await #expect(throws: ControllerProblem.self) {
            try await bench.controller.rotatePassword(of: "node-2", RotatePassword(password: "password"))
        }
        #expect(problem?.reasons.first?.contains("the old password stays") == true)
        #expect(problem?.reasons.first?.contains("too plain") == true)
        #expect(try await bench.controller.power(of: "node-2").message == "node-2: the power is on")
    }

    /// The BMC has taken it, and the controller dies before it could write so down.
    @Test func aStopInTheMiddleIsSettledByTheNextStart() async throws {
        let bench = try await Bench.enrolled()
        // The first write keeps the new password; the second would make it the only one.
        bench.die(afterWrites: 1)
        await #expect(throws: (any Error).self) {
            try await bench.controller.rotatePassword(of: "node-1", RotatePassword(password: "another-one-1A"))
        }
        #expect(bench.bmcPassword.withLock { $0 } == "another-one-1A")
        try bench.restart()
        try await bench.controller.resume()
        #expect(try await bench.until { try await bench.timeline("node-1").contains("the new password holds") })
        #expect(try await isReached(bench))
    }

    @Test func passwordsAreOfAllKindsAndNoTwoAlike() {
        var random = SystemRandomNumberGenerator()
        let made = (0..<200).map { _ in BMCPassword.make(using: &random) }
        #expect(Set(made).count == 200)
        for password in made {
            #expect(password.utf8.count == 16)
            #expect(password.contains(where: \.isLowercase) && password.contains(where: \.isUppercase))
            #expect(password.contains(where: \.isNumber) && password.contains { "-_.+".contains($0) })
        }
    }
}
