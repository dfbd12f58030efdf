public import BMC
import IPMI
public import NIOCore
public import NIOPosix
import Synchronization

/// Logs in to BMCs by IPMI 2.0 and remembers which cipher suite each accepted.
public final class IPMIConnector: Sendable {
    let group: any EventLoopGroup
    private let patience: [Duration]
    private let suites = Mutex<[String: CipherSuite]>([:])

    /// - Parameters:
    ///   - patience: How long each sending of a datagram waits for its answer, in order; the last serves all further ones.
    public init(
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        patience: [Duration] = [.seconds(1), .milliseconds(1500), .seconds(2), .seconds(3), .seconds(4)]
    ) {
        self.group = group
        self.patience = patience.isEmpty ? [.seconds(1)] : patience
    }

    /// A driver with an open session of administrator privilege.
    /// - Throws: `BMCError`.
    public func connect(_ endpoint: BMCEndpoint) async throws -> any BMCDriver {
        let place = endpoint.place
        let known = suites.withLock { $0[place] }
        let order = known.map { suite in [suite] + CipherSuite.allCases.filter { $0 != suite } } ?? CipherSuite.allCases
        let driver = try await IPMIDriver(endpoint: endpoint, suites: order, patience: patience, group: group)
        let suite = try await driver.login()
        suites.withLock { $0[place] = suite }
        return driver
    }
}
