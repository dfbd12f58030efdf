/// What the agent says, in time or late.
extension NodeLifecycle {
    /// What is under way, or would be if its deadline had not passed: what is reported late counts as if in time.
    var course: State {
        guard case .failed(let failure) = state, failure.passedDeadline == true else { return state }
        if let deployment = failure.deployment { return .deploying(deployment) }
        if let servicing = failure.servicing { return .servicing(servicing) }
        return state
    }

    mutating func reported(_ event: Event, at now: Double) throws(Refusal) -> [Effect] {
        switch (course, event) {
        case (.deploying(var deployment), .imageWritten(let summary)) where deployment.stage == .writing:
            deployment.stage = .firstBoot
            enter(.deploying(deployment), summary, for: bootAllowance, at: now)
            grant(attempts: Self.firstBootAttempts)
            return [.preferDisk]

        case (.deploying(let deployment), .leavingRamdisk) where deployment.stage == .firstBoot:
            // No more time than the written image gave: a machine that comes back to the ramdisk again and again must end.
            see("the agent left the ramdisk for the installed system")
            return []

        case (.deploying, .imageWritten), (.deploying, .leavingRamdisk),
            (.active, .imageWritten), (.active, .leavingRamdisk),
            (.failed, .imageWritten), (.failed, .leavingRamdisk):
            return []  // Said again, or about what has failed for a worse reason than its deadline.

        case (.deploying(let deployment), .stepsFinished(let generation))
        where deployment.generation == generation && deployment.stage == .steps:
            finish(generation, at: now)
            return []

        case (.servicing(let servicing), .stepsFinished(let generation)) where servicing.generation == generation:
            finish(generation, by: servicing, at: now)
            return []

        case (.active, .stepsFinished(let generation)) where generation <= self.generation:
            return []

        case (.failed, .stepsFinished(let generation)) where generation == stepsGeneration:
            return []

        default:
            throw refusal(event)
        }
    }

    private mutating func finish(_ generation: Int, by servicing: Servicing? = nil, at now: Double) {
        install(generation)
        let runbook = servicing.flatMap { $0.isRunbook ? "\($0.words) is done" : nil }
        enter(.active, runbook ?? "plan \(generation) is carried out", for: nil, at: now)
    }

    /// The generation whose steps are under way, or were when they failed; nil where none are.
    public var stepsGeneration: Int? {
        switch state {
        case .deploying(let deployment): deployment.stage == .steps ? deployment.generation : nil
        case .servicing(let servicing): servicing.generation
        case .failed(let failure):
            failure.servicing?.generation
                ?? failure.deployment.flatMap { $0.stage == .steps ? $0.generation : nil }
        case .enroll, .verifying, .manageable, .inspecting, .available, .active, .testing: nil
        }
    }

    /// Whether a report changes nothing because what it is about has failed already, and not by its deadline alone.
    public func setsAside(_ event: Event) -> Bool {
        guard case .failed(let failure) = state, failure.passedDeadline != true else { return false }
        switch event {
        case .imageWritten: return failure.deployment?.stage == .writing
        case .leavingRamdisk: return failure.deployment?.stage == .firstBoot
        case .stepsFinished(let generation): return generation == stepsGeneration
        default: return false
        }
    }

    mutating func failed(_ reason: String, restored: Bool, at now: Double) -> [Effect] {
        switch course {
        case .servicing(let servicing) where restored:
            rolledBack(servicing.generation)
            enter(
                .active,
                "\(servicing.words) failed and was rolled back: \(reason)",
                for: nil,
                at: now
            )
            return []
        case .verifying, .inspecting, .deploying, .servicing, .testing:
            hand(nil)
            return fail(reason, at: now)
        case .enroll, .manageable, .available, .active, .failed:
            return []
        }
    }

    mutating func fail(_ reason: String, passedDeadline: Bool? = nil, at now: Double) -> [Effect] {
        let course = course
        var failure = Failure(operation: course.name, reason: reason, passedDeadline: passedDeadline)
        if case .deploying(let deployment) = course { failure.deployment = deployment }
        if case .servicing(let servicing) = course { failure.servicing = servicing }
        if case .testing(let test) = course {
            failure.test = test
            if test.isBegun { holdAfterTest(reason) }
        }
        enter(.failed(failure), reason, for: nil, at: now)
        return []
    }

    // MARK: Calls

    mutating func checkedIn(_ seen: AgentSeen, at now: Double) -> [Effect] {
        let before = agent
        saw(seen)
        hearClaim(of: seen)
        endHandwork(seenAfterBoot: before?.bootID != seen.bootID, at: now)
        if case .deploying(var deployment) = course, deployment.stage == .firstBoot, seen.mode == .host {
            deployment.stage = .steps
            enter(.deploying(deployment), "the installed system's agent called", for: Self.stepsSeconds, at: now)
            return []
        }
        if let test = begunTest, before?.bootID != seen.bootID {
            let spent = test.isSpent ? ", and what overwrites disks is not begun again" : ""
            return fail("the machine restarted in the middle of its test\(spent)", at: now)
        }
        guard seen.mode == .ramdisk, before?.bootID != seen.bootID else { return [] }
        switch state {
        case .inspecting, .testing:
            see("the agent called from the ramdisk")
            return []

        case .deploying(let deployment) where deployment.stage == .writing:
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

        case .enroll, .verifying, .manageable, .available, .deploying, .active, .servicing, .failed:
            return []
        }
    }

    mutating func instructed(_ instruction: String, at now: Double) -> [Effect] {
        if deadline != nil { hand(instruction) }
        testBegun(at: now)
        return []
    }

    // MARK: What the node says it carries

    /// Takes note of it while nothing is under way that would change it.
    private mutating func hearClaim(of seen: AgentSeen) {
        guard deadline == nil, seen.mode == .host, let said = seen.generation else { return }
        claim(said == generation ? nil : said)
    }

    /// What the node says and what is known, where they differ.
    public var claim: String? {
        guard let claimed else { return nil }
        func plan(_ generation: Int) -> String { generation == 0 ? "no plan" : "plan \(generation)" }
        return "the node says that it carries \(plan(claimed)), the controller knows \(plan(generation))"
    }

    /// The node went on with what was given up here: its word holds, so that the next plan starts from what is there.
    ///
    /// Only for a newer plan on a node that does its work: an older word may come from a disk that was put back, and
    /// what an aborted deployment left is never taken for an active node.
    mutating func claimConfirmed(_ said: Int) -> [Effect] {
        guard state == .active, claimed == said, said > generation else { return [] }
        let known = generation
        install(said)
        see("the node says that it carries plan \(said), the controller knew plan \(known): the node's word was taken")
        return []
    }
}
