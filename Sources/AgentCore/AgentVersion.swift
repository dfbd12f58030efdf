/// The agent's own version.
public enum AgentVersion {
    public static let text = "0.1.0"
}
