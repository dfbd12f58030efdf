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
        case .machineRestarted: return machineRestarted(at: now)
        case .restartFailed(let reason): return restartFailed(reason)
        case .personAsked(let text): return personAsked(text, at: now)
        case .handworkDone: return try handworkDone(at: now)
        case .instructed(let instruction): return instructed(instruction, at: now)
        case .progressed: return progressed(at: now)
        case .claimConfirmed(let generation): return claimConfirmed(generation)
        case .verifyRequested, .verified, .verifyFailed, .inspectRequested, .inventoryReported, .refused:
            return try enrollment(event, at: now)
        case .testRequested(let isDestructive): return try testRequested(isDestructive: isDestructive, at: now)
        case .deployRequested, .serviceRequested:
            return try begun(event, at: now)
        case .imageWritten, .leavingRamdisk, .stepsFinished:
            return try reported(event, at: now)
        }
    }

    private mutating func enrollment(_ event: Event, at now: Double) throws(Refusal) -> [Effect] {
        switch (state, event) {
        case (.enroll, .verifyRequested), (.manageable, .verifyRequested):
            begin(.verifying, "checking the BMC", for: Self.verifySeconds, at: now)
            return [.verify]

        case (.available, .verifyRequested), (.active, .verifyRequested), (.failed, .verifyRequested):
            return [.verify]

        case (.verifying, .verifyRequested):
            return []

        case (.verifying, .verified(let what)):
            enter(.manageable, what, for: nil, at: now)
            return []

        case (.verifying, .verifyFailed(let reason)):
            enter(.failed(Failure(operation: "verifying", reason: reason)), reason, for: nil, at: now)
            return []

        case (.available, .verified(let what)), (.active, .verified(let what)), (.failed, .verified(let what)):
            see(what)
            return []

        case (.available, .verifyFailed(let reason)), (.active, .verifyFailed(let reason)),
            (.failed, .verifyFailed(let reason)):
            see("the check of the BMC failed: \(reason)")
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

        case (.testing(let test), .inventoryReported):
            // Before it was told to begin, what comes is an answer to an earlier question.
            guard test.isBegun else { return [] }
            enter(.available, "the test is over, its results are in", for: nil, at: now)
            return []

        case (.inspecting, .refused(let reason)), (.available, .refused(let reason)):
            enter(.failed(Failure(operation: "inspecting", reason: reason)), reason, for: nil, at: now)
            return []

        case (_, .refused):
            return []  // What is in use stays so.

        case (_, .inventoryReported):
            return []  // Said again, or a fresh inventory of a node that is in use: kept, nothing to decide.

        default:
            throw refusal(event)
        }
    }

    private mutating func begun(_ event: Event, at now: Double) throws(Refusal) -> [Effect] {
        switch (state, event) {
        case (.available, .deployRequested(let generation)):
            let isThere = agentIsIn(.ramdisk, at: now)
            begin(
                .deploying(Deployment(generation: generation, stage: .writing)),
                "deployment of plan \(generation) began",
                for: isThere ? Self.writeSeconds : bootAllowance,
                at: now
            )
            return isThere ? [] : [.networkBoot]

        case (.deploying(let deployment), .deployRequested(let generation)) where deployment.generation == generation:
            return []

        case (.active, .serviceRequested(let generation, let operation)):
            let servicing = Servicing(generation: generation, operation: operation)
            begin(.servicing(servicing), "\(servicing.words) began", for: Self.stepsSeconds, at: now)
            return []

        case (.servicing(let servicing), .serviceRequested(let generation, _)) where servicing.generation == generation:
            return []

        default:
            throw refusal(event)
        }
    }

    // MARK: The operator's verbs

    private mutating func retry(at now: Double) throws(Refusal) -> [Effect] {
        guard case .failed(let failure) = state else { throw refusal(.retryRequested) }
        if let servicing = failure.servicing {
            begin(.servicing(servicing), "tried again", for: Self.stepsSeconds, at: now)
            return []
        }
        if let deployment = failure.deployment { return retry(deployment, at: now) }
        if var test = failure.test {
            guard !test.isSpent else { throw refusal(.retryRequested) }
            test.isBegun = false
            return begin(test, "tried again", at: now)
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

    private mutating func retry(_ deployment: Deployment, at now: Double) -> [Effect] {
        switch deployment.stage {
        case .writing:
            let isThere = agentIsIn(.ramdisk, at: now)
            let seconds = isThere ? Self.writeSeconds : bootAllowance
            begin(.deploying(deployment), "tried again", for: seconds, at: now)
            return isThere ? [] : [.networkBoot]
        case .firstBoot:
            // The image is on the disk: it is started, not written anew.
            begin(.deploying(deployment), "tried again: from the disk as it was written", for: bootAllowance, at: now)
            grant(attempts: 1)
            return [.restartToDisk]
        case .steps:
            begin(.deploying(deployment), "tried again", for: Self.stepsSeconds, at: now)
            return []
        }
    }

    /// Gives the operation up. A node whose disk may be half written goes back to `available`, never to `active`.
    private mutating func abort(at now: Double) throws(Refusal) -> [Effect] {
        let rest: (state: State, evidence: String)
        switch state {
        case .verifying: rest = (.enroll, "aborted by the operator")
        case .inspecting: rest = (.manageable, "aborted by the operator")
        case .deploying: rest = (.available, "the deployment was aborted by the operator")
        case .servicing(let servicing): rest = (.active, "\(servicing.operation) was aborted by the operator")
        case .testing(let test): rest = (Self.rest(after: test), "the test was aborted by the operator")
        case .failed(let failure):
            let evidence = "the failure was cleared by the operator"
            switch failure.operation {
            case "verifying": rest = (.enroll, evidence)
            case "inspecting": rest = (.manageable, evidence)
            case "servicing": rest = (.active, evidence)
            case "testing": rest = (failure.test.map(Self.rest) ?? .manageable, evidence)
            default: rest = (.available, evidence)
            }
        case .enroll, .manageable, .available, .active:
            throw refusal(.abortRequested)
        }
        let atWork = handed.map { "; its agent was at work on \($0) and is told to stop when it calls" } ?? ""
        giveUp()
        enter(rest.state, rest.evidence + atWork, for: nil, at: now)
        return []
    }

    func refusal(_ event: Event) -> Refusal {
        Refusal(event: event.name, state: name, legal: legalVerbs)
    }
}
