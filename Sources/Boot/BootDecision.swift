/// What the controller wants of a machine that boots, and what of the node matters for how.
public struct BootDecision: Hashable, Sendable {
    public var intent: BootIntent
    public var node: BootNode

    public init(_ intent: BootIntent, node: BootNode = BootNode()) {
        self.intent = intent
        self.node = node
    }
}
