/// Something about the boot network that an operator should know, and what to do about it.
public struct Finding: Hashable, Sendable {
    public var severity: Severity
    public var kind: Kind
    /// Whom it is about: a client's MAC address, or a server's address.
    public var subject: String
    /// One sentence: what was seen.
    public var summary: String
    /// Counts, times and addresses, a line each. Times are counted from the first message that was seen.
    public var evidence: [String]
    /// One or two sentences: what can be done.
    public var advice: String

    public init(
        severity: Severity,
        kind: Kind,
        subject: String,
        summary: String,
        evidence: [String],
        advice: String
    ) {
        self.severity = severity
        self.kind = kind
        self.subject = subject
        self.summary = summary
        self.evidence = evidence
        self.advice = advice
    }
}

extension Finding {
    public enum Severity: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Worth knowing; machines boot in spite of it.
        case note
        /// Machines may fail to boot because of it.
        case warning
        /// A machine does not boot, or will not.
        case problem

        public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

        private var rank: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .problem: 2
            }
        }
    }

    /// What kind of thing was found; the raw values do not change.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Another DHCP server gives or refuses addresses here.
        case foreignServer = "foreign-dhcp-server"
        /// Another proxyDHCP server names boot files here.
        case foreignProxy = "foreign-proxy-dhcp"
        /// A server calls itself by an address that the client may not reach.
        case serverIdentifier = "server-identifier-elsewhere"
        /// Firmware that leaves an address offer and a proxy's offer lying.
        case proxyOfferNotTaken = "proxy-offer-not-taken"
        case proxyPortNotAsked = "port-4011-not-asked"
        case proxyPortNotAnswered = "port-4011-not-answered"
        /// A boot file for other firmware or another processor.
        case wrongArchitecture = "wrong-architecture"
        /// A boot file that this loader cannot fetch or start, whatever the processor.
        case bootFileNotUsable = "boot-file-not-usable"
        /// An answer to UEFI HTTP boot that the firmware passes over.
        case httpOfferIgnored = "http-offer-ignored"
        case oddArchitectureList = "odd-architecture-list"
        case offerTooLarge = "offer-too-large"
        /// A machine that starts its network boot over and over.
        case bootLoop = "boot-loop"
        /// iPXE that loads iPXE.
        case chainLoop = "chain-loop"
        case notAnswered = "not-answered"
        case offerNotTaken = "offer-not-taken"
        case requestNotAcknowledged = "request-not-acknowledged"
        case refusedRepeatedly = "refused-repeatedly"
        case addressInUse = "address-in-use"
        case conflictingOffers = "conflicting-offers"
        case otherServerTaken = "other-server-taken"
        case clientIdentifierChanges = "client-identifier-changes"
        case machineIdentifier = "machine-identifier"
        case bootpOnly = "bootp-only"
        case malformed = "malformed-dhcp"
    }

    /// Worst first, then by kind and subject: the same findings always stand in the same order.
    static func isBefore(_ a: Finding, _ b: Finding) -> Bool {
        guard a.severity == b.severity else { return a.severity > b.severity }
        return (a.kind.rawValue, a.subject, a.summary) < (b.kind.rawValue, b.subject, b.summary)
    }
}
