/// What is to be done with the power.
public enum PowerWish: String, Hashable, Sendable, CaseIterable {
    case on, forceOff, gracefulOff, restart
}

extension ComputerSystem {
    /// Where to POST a reset, and its body.
    public struct ResetRequest: Hashable, Sendable {
        public var path: String
        public var resetType: String
        public var body: JSON { .object(["ResetType": .string(resetType)]) }
    }

    /// Picks the reset type that this BMC offers for `wish`.
    ///
    /// Without a list (some BMCs give none) the standard's word is used.
    public func resetRequest(for wish: PowerWish) throws(RedfishError) -> ResetRequest {
        guard let reset else { throw .missing("action #ComputerSystem.Reset", in: path) }
        let candidates: [String] =
            switch wish {
            case .on: powerState == .off ? ["On", "ForceOn", "PushPowerButton"] : ["On", "ForceOn"]
            case .forceOff: ["ForceOff", "Off"]
            case .gracefulOff: ["GracefulShutdown"]
            case .restart: ["ForceRestart", "PowerCycle", "GracefulRestart"]
            }
        guard let allowed = reset.allowed, !allowed.isEmpty else {
            return ResetRequest(path: reset.target, resetType: candidates[0])
        }
        guard let type = candidates.first(where: allowed.contains) else {
            throw .notOffered(
                "\(path) offers the reset types \(allowed.joined(separator: ", ")) and none of \(candidates.joined(separator: ", "))"
            )
        }
        return ResetRequest(path: reset.target, resetType: type)
    }
}
