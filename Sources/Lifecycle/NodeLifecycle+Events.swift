extension NodeLifecycle {
    /// The node's course after `event`, and what has to be done about it.
    ///
    /// What was said twice changes nothing; what makes no sense is refused with what would.
    public mutating func handle(_ event: Event, at now: Double) throws(Refusal) -> [Effect] {
        if let maintenance, event.startsSomething {
            throw Refusal(event: event.name, state: "in maintenance (\(maintenance))", legal: legalVerbs)
        }
        if let quarantined, event.startsMachine {
            throw Refusal(event: event.name, state: "quarantined (\(quarantined))", legal: legalVerbs)
        }
        switch event {
        case .checkedIn(let seen): return checkedIn(seen, at: now)
        case .tick: return tick(at: now)
        case .retryRequested: return try retry(at: now)
        case .abortRequested: return try abort(at: now)
        case .operationFailed(let reason, let restored): return failed(reason, restored: restored, at: now)
        case .networkBootFailed(let reason): return wantsRamdisk ? fail(reason, at: now) : []
        case .verifyRequested, .verified, .verifyFailed, .inspectRequested, .inventoryReported:
            return try enrollment(event, at: now)
        case .deployRequested, .imageWritten, .leavingRamdisk, .stepsFinished, .serviceRequested:
            return try operation(event, at: now)
        }
    }

    private mutating func enrollment(_ event: Event, at now: Double) throws(Refusal) -> [Effect] {
        switch (state, event) {
        case (.enroll, .verifyRequested), (.manageable, .verifyRequested):
            begin(.verifying, "checking the BMC", for: Self.verifySeconds, at: now)
            return [.verify]

        case (.verifying, .verifyRequested):
            return []

        case (.verifying, .verified(let what)):
            enter(.manageable, what, for: nil, at: now)
            return []

        case (.verifying, .verifyFailed(let reason)):
            enter(.failed(Failure(operation: "verifying", reason: reason)), reason, for: nil, at: now)
            return []

        case (_, .verified), (_, .verifyFailed):
            return []  // An answer to a question that was given up meanwhile.

        case (.manageable, .inspectRequested), (.available, .inspectRequested):
            begin(.inspecting, "inspection asked for", for: bootAllowance, at: now)
            return agentIsIn(.ramdisk, at: now) ? [] : [.networkBoot]

        case (.inspecting, .inspectRequested):
            return []

        case (.inspecting, .inventoryReported):
            enter(.available, "the inventory is in", for: nil, at: now)
            return []

        case (_, .inventoryReported):
            return []  // Said again, or a fresh inventory of a node that is in use: kept, nothing to decide.

        default:
            throw refusal(event)
        }
    }

    private mutating func operation(_ event: Event, at now: Double) throws(Refusal) -> [Effect] {
        switch (state, event) {
        case (.available, .deployRequested(let generation)):
            begin(
                .deploying(Deployment(generation: generation, stage: .writing)),
                "deployment of plan \(generation) began",
                for: agentIsIn(.ramdisk, at: now) ? Self.writeSeconds : bootAllowance,
                at: now
            )
            return agentIsIn(.ramdisk, at: now) ? [] : [.networkBoot]

        case (.deploying(let deployment), .deployRequested(let generation)) where deployment.generation == generation:
            return []

        case (.deploying(var deployment), .imageWritten(let summary)) where deployment.stage == .writing:
            deployment.stage = .firstBoot
            enter(.deploying(deployment), summary, for: bootAllowance, at: now)
            return [.preferDisk]

        case (.deploying(let deployment), .leavingRamdisk) where deployment.stage == .firstBoot:
            // No more time than the written image gave: a machine that comes back to the ramdisk again and again must end.
            see("the agent left the ramdisk for the installed system")
            return []

        case (.deploying, .imageWritten), (.deploying, .leavingRamdisk),
            (.active, .imageWritten), (.active, .leavingRamdisk),
            (.failed, .imageWritten), (.failed, .leavingRamdisk):
            return []  // Said again, or said too late.

        case (.deploying(let deployment), .stepsFinished(let generation))
        where deployment.generation == generation && deployment.stage == .steps:
            install(generation)
            enter(.active, "plan \(generation) is carried out", for: nil, at: now)
            return []

        case (.active, .serviceRequested(let generation, let operation)):
            begin(
                .servicing(Servicing(generation: generation, operation: operation)),
                "\(operation) to plan \(generation) began",
                for: Self.stepsSeconds,
                at: now
            )
            return []

        case (.servicing(let servicing), .serviceRequested(let generation, _)) where servicing.generation == generation:
            return []

        case (.servicing(let servicing), .stepsFinished(let generation)) where servicing.generation == generation:
            install(generation)
            enter(.active, "plan \(generation) is carried out", for: nil, at: now)
            return []

        case (.active, .stepsFinished(let generation)) where generation <= self.generation:
            return []

        default:
            throw refusal(event)
        }
    }

    private mutating func checkedIn(_ seen: AgentSeen, at now: Double) -> [Effect] {
        let before = agent
        saw(seen)
        switch (state, seen.mode) {
        case (.inspecting, .ramdisk) where before?.bootID != seen.bootID:
            see("the agent called from the ramdisk")
            return []

        case (.deploying(let deployment), .ramdisk) where deployment.stage == .writing && before?.bootID != seen.bootID:
            if let before, before.mode == .ramdisk, before.at > enteredAt {
                // Its memory of what it wrote went with the ramdisk: without an end it would write again and again.
                guard attemptsLeft > 1 else {
                    return fail("the machine restarted again and again while its disk was written", at: now)
                }
                spendAttempt()
            }
            see("the agent called from the ramdisk")
            extend(by: Self.writeSeconds, at: now)
            return []

        case (.deploying(var deployment), .host) where deployment.stage == .firstBoot:
            deployment.stage = .steps
            enter(.deploying(deployment), "the installed system's agent called", for: Self.stepsSeconds, at: now)
            return []

        default:
            return []
        }
    }

    private mutating func tick(at now: Double) -> [Effect] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .verifying:
            let reason = "the BMC did not answer within \(Int(Self.verifySeconds)) s; last: \(evidence)"
            enter(.failed(Failure(operation: "verifying", reason: reason)), reason, for: nil, at: now)
            return []
        case .inspecting where mayBootAgain, .deploying where wantsRamdisk && mayBootAgain:
            spendAttempt()
            extend(by: bootAllowance, at: now)
            return [.networkBoot]
        case .inspecting, .deploying, .servicing:
            var reason = "not finished within \(Int(deadline - enteredAt)) s"
            if wantsRamdisk, attemptsLeft > 1 {
                if let quarantined { reason += ", and not booted again: quarantined (\(quarantined))" }
                if let maintenance { reason += ", and not booted again: in maintenance (\(maintenance))" }
            }
            return fail(reason + "; last: \(evidence)", at: now)
        case .enroll, .manageable, .available, .active, .failed:
            return []
        }
    }

    /// A network boot may be tried once more, and nobody forbids it.
    private var mayBootAgain: Bool { attemptsLeft > 1 && maintenance == nil && quarantined == nil }

    private mutating func failed(_ reason: String, restored: Bool, at now: Double) -> [Effect] {
        switch state {
        case .servicing(let servicing) where restored:
            rolledBack(servicing.generation)
            enter(
                .active,
                "\(servicing.operation) to plan \(servicing.generation) failed and was rolled back: \(reason)",
                for: nil,
                at: now
            )
            return []
        case .verifying, .inspecting, .deploying, .servicing:
            return fail(reason, at: now)
        case .enroll, .manageable, .available, .active, .failed:
            return []
        }
    }

    private mutating func fail(_ reason: String, at now: Double) -> [Effect] {
        var failure = Failure(operation: name, reason: reason)
        if case .deploying(let deployment) = state { failure.deployment = deployment }
        if case .servicing(let servicing) = state { failure.servicing = servicing }
        enter(.failed(failure), reason, for: nil, at: now)
        return []
    }

    private mutating func retry(at now: Double) throws(Refusal) -> [Effect] {
        guard case .failed(let failure) = state else { throw refusal(.retryRequested) }
        if let servicing = failure.servicing {
            begin(.servicing(servicing), "tried again", for: Self.stepsSeconds, at: now)
            return []
        }
        if var deployment = failure.deployment {
            if deployment.stage != .steps { deployment.stage = .writing }
            let isThere = deployment.stage == .writing && agentIsIn(.ramdisk, at: now)
            let seconds =
                deployment.stage == .steps ? Self.stepsSeconds : isThere ? Self.writeSeconds : bootAllowance
            begin(.deploying(deployment), "tried again", for: seconds, at: now)
            return deployment.stage == .steps || isThere ? [] : [.networkBoot]
        }
        switch failure.operation {
        case "inspecting":
            begin(.inspecting, "tried again", for: bootAllowance, at: now)
            return [.networkBoot]
        default:
            begin(.verifying, "tried again", for: Self.verifySeconds, at: now)
            return [.verify]
        }
    }

    /// Gives the operation up. A node whose disk may be half written goes back to `available`, never to `active`.
    private mutating func abort(at now: Double) throws(Refusal) -> [Effect] {
        switch state {
        case .verifying:
            enter(.enroll, "aborted by the operator", for: nil, at: now)
        case .inspecting:
            enter(.manageable, "aborted by the operator", for: nil, at: now)
        case .deploying:
            restart()
            enter(.available, "the deployment was aborted by the operator", for: nil, at: now)
        case .servicing(let servicing):
            restart()
            enter(.active, "\(servicing.operation) was aborted by the operator", for: nil, at: now)
        case .failed(let failure):
            restart()
            switch failure.operation {
            case "verifying": enter(.enroll, "the failure was cleared by the operator", for: nil, at: now)
            case "inspecting": enter(.manageable, "the failure was cleared by the operator", for: nil, at: now)
            case "servicing": enter(.active, "the failure was cleared by the operator", for: nil, at: now)
            default: enter(.available, "the failure was cleared by the operator", for: nil, at: now)
            }
        case .enroll, .manageable, .available, .active:
            throw refusal(.abortRequested)
        }
        return []
    }

    private func refusal(_ event: Event) -> Refusal {
        Refusal(event: event.name, state: name, legal: legalVerbs)
    }
}
