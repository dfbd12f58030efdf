extension NodeLifecycle {
    /// The state's name, as operators see it: `deploying`, `failed(inspecting)`.
    public var name: String { state.name }

    /// The verbs that an operator may use now.
    public var legalVerbs: [String] {
        var verbs = (handwork == nil ? [] : ["pressed"]) + stateVerbs
        if quarantined != nil { verbs = ["release"] + verbs.filter { ["verify", "abort", "delete"].contains($0) } }
        if maintenance != nil {
            verbs = ["unset-maintenance"] + verbs.filter { ["release", "abort"].contains($0) } + ["delete"]
        }
        return verbs
    }

    private var stateVerbs: [String] {
        switch state {
        case .enroll: ["verify", "delete"]
        case .verifying: ["abort"]
        case .manageable: ["inspect", "test", "verify", "delete"]
        case .inspecting: ["abort"]
        case .available: ["deploy (by a plan)", "inspect", "test", "verify", "delete"]
        case .deploying, .servicing, .testing: ["abort"]
        case .active: ["upgrade (by a plan)", "runbook", "verify"]
        case .failed(let failure) where failure.test?.isSpent == true: ["abort", "verify"]
        case .failed: ["retry", "abort", "verify"]
        }
    }

    /// Who has to act for the node to go on.
    public var nextActor: String {
        if let handwork { return "a person: \(handwork.text); then rackwright node pressed, or the machine calls" }
        return switch state {
        case .enroll: "operator: rackwright node verify"
        case .verifying: "controller: asks the BMC"
        case .manageable: "operator: rackwright node inspect"
        case .inspecting: "the machine: boots the ramdisk, its agent reports the hardware"
        case .available: "operator: rackwright plan, then apply"
        case .deploying(let deployment):
            switch deployment.stage {
            case .writing: "the agent in the ramdisk: writes the image"
            case .firstBoot: "the machine: starts the installed system, its agent calls"
            case .steps: "the agent on the installed system: carries out the role's steps"
            }
        case .active: "nobody: the node does its work"
        case .servicing: "the agent on the node: carries out the bundle"
        case .testing(let test):
            test.isBegun
                ? "the agent in the ramdisk: tries the machine out"
                : "the machine: boots the ramdisk, its agent tries it out"
        case .failed: "operator: rackwright node retry or abort"
        }
    }

    /// What the agent is to do, given where it calls from.
    public func wanted(of mode: AgentSeen.Mode) -> Wanted {
        switch (state, mode) {
        case (.inspecting, .ramdisk): .inventory
        case (.testing, .ramdisk): .test
        case (.deploying(let deployment), .ramdisk):
            switch deployment.stage {
            case .writing: .writeImage(generation: deployment.generation)
            case .firstBoot: .bootInstalled(generation: deployment.generation)
            case .steps: .nothing
            }
        case (.deploying(let deployment), .host) where deployment.stage == .steps:
            .runBundle(generation: deployment.generation)
        case (.servicing(let servicing), .host): .runBundle(generation: servicing.generation)
        default: .nothing
        }
    }

    /// Whether the node's next network boot is to start the ramdisk.
    public var wantsRamdisk: Bool {
        switch state {
        case .inspecting, .testing: true
        case .deploying(let deployment): deployment.stage == .writing
        case .enroll, .verifying, .manageable, .available, .active, .servicing, .failed: false
        }
    }
}

extension NodeLifecycle.State {
    var name: String {
        switch self {
        case .enroll: "enroll"
        case .verifying: "verifying"
        case .manageable: "manageable"
        case .inspecting: "inspecting"
        case .available: "available"
        case .deploying: "deploying"
        case .active: "active"
        case .servicing: "servicing"
        case .testing: "testing"
        case .failed(let failure): "failed(\(failure.operation))"
        }
    }

    var isFailure: Bool {
        if case .failed = self { true } else { false }
    }
}

extension NodeLifecycle.Event {
    /// Starts something that a machine of doubtful identity must not do.
    var startsMachine: Bool {
        switch self {
        case .inspectRequested, .testRequested, .deployRequested, .serviceRequested, .retryRequested: true
        default: false
        }
    }

    var startsSomething: Bool {
        switch self {
        case .verifyRequested, .inspectRequested, .testRequested, .deployRequested, .serviceRequested, .retryRequested:
            true
        default: false
        }
    }

    /// The event in words.
    var name: String {
        switch self {
        case .verifyRequested: "verify"
        case .verified: "a verified BMC"
        case .verifyFailed: "a failed verification"
        case .inspectRequested: "inspect"
        case .inventoryReported: "an inventory"
        case .testRequested: "test"
        case .refused: "a refusal"
        case .deployRequested: "deploy"
        case .imageWritten: "a written image"
        case .leavingRamdisk: "leaving the ramdisk"
        case .stepsFinished: "finished steps"
        case .serviceRequested(_, let operation): operation
        case .operationFailed: "a failure"
        case .networkBootFailed: "a failed network boot"
        case .machineRestarted: "a restart of the machine"
        case .restartFailed: "a failed restart of the machine"
        case .checkedIn: "a check-in"
        case .instructed: "an instruction"
        case .progressed: "progress"
        case .claimConfirmed: "a confirmed plan"
        case .personAsked: "a question to a person"
        case .handworkDone: "pressed"
        case .tick: "a tick"
        case .retryRequested: "retry"
        case .abortRequested: "abort"
        }
    }
}
