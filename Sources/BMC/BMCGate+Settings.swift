/// What lasts on a machine: its firmware and the firmware's settings; and what is in its CD drive.
extension BMCGate {
    private var slowDeadline: Duration { policy.deadline * 3 }

    public func bios() async throws -> BMCBIOS {
        try await perform("reading the BIOS settings", deadline: slowDeadline) { driver in try await driver.bios() }
    }

    /// Asks for BIOS attributes, given as text.
    ///
    /// - Parameters:
    ///   - applyTime: `OnReset` and the like; nil leaves it to the BMC
    ///   - isTrial: says what would change, and changes nothing
    public func setBIOS(
        _ wanted: [String: String],
        applyTime: String? = nil,
        isTrial: Bool = false
    ) async throws -> BMCBIOSOutcome {
        try await perform("setting BIOS attributes", deadline: slowDeadline) { driver in
            try await driver.setBIOS(wanted, applyTime: applyTime, isTrial: isTrial)
        }
    }

    public func secureBoot() async throws -> BMCSecureBoot {
        try await perform("reading Secure Boot") { driver in try await driver.secureBoot() }
    }

    public func setSecureBoot(_ isEnabled: Bool) async throws -> BMCSecureBoot {
        try await perform("switching Secure Boot \(isEnabled ? "on" : "off")", deadline: slowDeadline) { driver in
            try await driver.setSecureBoot(isEnabled)
        }
    }

    public func media() async throws -> BMCMedia {
        try await perform("reading the virtual media") { driver in try await driver.media() }
    }

    /// Puts an image into the CD drive that the BMC shows to its machine; what was in it is taken out first.
    public func insertMedia(_ uri: String) async throws -> BMCMedia {
        try await perform("inserting virtual media", deadline: slowDeadline) { driver in
            try await driver.insertMedia(uri)
        }
    }

    public func ejectMedia() async throws -> BMCMedia {
        try await perform("ejecting virtual media", deadline: slowDeadline) { driver in try await driver.ejectMedia() }
    }

    public func firmware() async throws -> [BMCFirmware] {
        try await perform("reading the firmware", deadline: slowDeadline) { driver in try await driver.firmware() }
    }

    /// Starts an update. It is asked for once: a BMC that got a file and did not answer may be at work with it.
    ///
    /// - Parameters:
    ///   - targets: what is to have it, by the ids of `firmware()`; none leaves it to the BMC
    ///   - progress: called with octets sent and octets in all while a file is sent, on another thread
    public func startUpdate(
        _ source: BMCFirmwareSource,
        targets: [String] = [],
        progress: @escaping @Sendable (_ sent: Int64, _ total: Int64) -> Void = { _, _ in }
    ) async throws -> BMCTask {
        try await perform("updating the firmware", deadline: policy.uploadDeadline, attempts: 1) { driver in
            try await driver.startUpdate(source, targets: targets, progress: progress)
        }
    }

    /// How far a task is.
    public func look(at task: BMCTask) async throws -> BMCTask {
        try await perform("looking at a task") { driver in try await driver.look(at: task) }
    }

    /// Looks at a task until it is over or waits for the machine's restart. Between two looks the BMC is free for others,
    /// and may be away: new firmware of its own restarts it.
    ///
    /// - Throws: `BMCError.Kind.notObserved` when it is not over within `limit`, what the last look threw when the BMC stays away
    public func follow(
        _ task: BMCTask,
        within limit: Duration,
        progress: @Sendable (BMCTaskState) async -> Void = { _ in }
    ) async throws -> BMCTaskState {
        let start = timing.now()
        var task = task
        var silences = 0
        while task.state.phase == .running {
            guard timing.now() - start < limit else {
                let said = task.state.messages.last.map { ": \($0)" } ?? ""
                throw BMCError(
                    .notObserved,
                    bmc: endpoint.description,
                    operation: "waiting for a task",
                    detail: "it is still at work after \(limit)\(said)"
                )
            }
            try await timing.sleep(policy.taskPoll)
            do {
                task = try await look(at: task)
                silences = 0
                await progress(task.state)
            } catch let error as BMCError where error.isTransient {
                silences += 1
                guard silences < 60 else { throw error }
            }
        }
        return task.state
    }
}
