/// Deadlines, restarts of the machine, and a controller that was away.
extension NodeLifecycle {
    mutating func tick(at now: Double) -> [Effect] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .verifying:
            let reason = "the BMC did not answer within \(Int(Self.verifySeconds)) s; last: \(evidence)"
            return fail(reason, passedDeadline: true, at: now)
        case .inspecting where mayRestart, .testing where mayRestart, .deploying where wantsRamdisk && mayRestart:
            spendAttempt()
            extend(by: bootAllowance, at: now)
            return [.networkBoot]
        case .deploying where isAtFirstBoot && mayRestart:
            spendAttempt()
            extend(by: bootAllowance, at: now)
            see("nothing was heard of the installed system in time: the machine is restarted to its disk")
            return [.restartToDisk]
        case .inspecting, .deploying, .servicing, .testing:
            var reason = "not finished within \(Int(deadline - enteredAt)) s"
            if wantsRamdisk || isAtFirstBoot, attemptsLeft > 1 {
                if let quarantined { reason += ", and not booted again: quarantined (\(quarantined))" }
                if let maintenance { reason += ", and not booted again: in maintenance (\(maintenance))" }
            }
            return fail(reason + "; last: \(evidence)", passedDeadline: true, at: now)
        case .enroll, .manageable, .available, .active, .failed:
            return []
        }
    }

    /// A restart may be tried once more, and nobody forbids it.
    private var mayRestart: Bool { attemptsLeft > 1 && !isHeld }

    private var isHeld: Bool { maintenance != nil || quarantined != nil }

    /// Between the written image and the installed system's first call.
    public var isAtFirstBoot: Bool {
        guard case .deploying(let deployment) = state else { return false }
        return deployment.stage == .firstBoot
    }

    mutating func machineRestarted(at now: Double) -> [Effect] {
        if wantsRamdisk || isAtFirstBoot { restarted(at: now) }
        return []
    }

    mutating func restartFailed(_ reason: String) -> [Effect] {
        if isAtFirstBoot { see("the machine could not be restarted to its disk: \(reason)") }
        return []
    }

    /// What comes further is not cut off, for as long as a day.
    mutating func progressed(at now: Double) -> [Effect] {
        switch state {
        case .deploying, .servicing, .testing:
            guard let deadline, !isAtFirstBoot else { return [] }
            let wanted = min(now + Self.progressSeconds, enteredAt + Self.longestSeconds)
            if wanted > deadline { extend(by: wanted - now, at: now) }
        case .enroll, .verifying, .manageable, .inspecting, .available, .active, .failed:
            break
        }
        return []
    }

    // MARK: After a restart of the controller

    /// What a controller that has just started owes a node it finds in this state.
    public func owed(at now: Double) -> [Effect] {
        switch state {
        case .verifying:
            return [.verify]
        case .testing(let test) where test.isBegun:
            return []
        case .inspecting, .deploying, .testing:
            // Somebody was asked, and has not forgotten it.
            if handwork != nil { return [] }
            if wantsRamdisk {
                // What was ordered a short while ago is let come, so that restarts of the controller are none of the machine.
                let isComing = agentWasThere || restartedAt.map { now - $0 < bootAllowance } ?? false
                return isComing || !mayRestart ? [] : [.networkBoot]
            }
            guard isAtFirstBoot else { return [] }
            // The last attempt is a restart to the disk, of which nobody knows whether it was carried out.
            return attemptsLeft == 1 && restartedAt == nil && !isHeld ? [.restartToDisk] : [.preferDisk]
        case .enroll, .manageable, .available, .active, .servicing, .failed:
            return []
        }
    }

    /// The agent in the ramdisk called since the operation began, or was there when it did.
    private var agentWasThere: Bool {
        agent.map { $0.mode == .ramdisk && $0.at > enteredAt - Self.agentSeconds } ?? false
    }

    /// What a controller that has just started does about the node: what it owes, each restart of the machine for one
    /// attempt. What is under way has time to be heard of again, once for each attempt.
    @discardableResult
    public mutating func resume(at now: Double) -> [Effect] {
        let effects = owed(at: now)
        if effects.contains(where: \.restartsMachine) {
            spendAttempt()
            extend(by: bootAllowance, at: now)
        } else if let deadline, wasPutOff != true {
            let patience = state == .verifying ? Self.verifySeconds : bootAllowance
            if deadline < now + patience { putOff(by: patience, at: now) }
        }
        return effects
    }
}

extension NodeLifecycle.Effect {
    /// Costs an attempt.
    var restartsMachine: Bool {
        switch self {
        case .networkBoot, .restartToDisk: true
        case .verify, .preferDisk: false
        }
    }
}
