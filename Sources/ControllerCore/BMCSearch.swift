public import BMC
import Octets
public import OperatorAPI
import Store
import Synchronization

/// A search for BMCs as an operator asks for it: checked, then carried out by whoever can reach them.
public struct BMCSearch: Sendable {
    private let addresses: [String]
    private let credentials: [BMCCredential]
    private let options: BMCScan.Options

    public init(_ request: ScanBMCs) throws(ControllerProblem) {
        var problems: [String] = []
        func ranges(_ texts: [String], _ whose: String) -> [AddressRange] {
            texts.compactMap { text in
                do {
                    return try AddressRange(text)
                } catch {
                    problems.append("\(whose)\(error)")
                    return nil
                }
            }
        }
        let wanted = ranges(request.ranges, "")
        var addresses: [String] = []
        do {
            addresses = try AddressRange.addresses(wanted)
        } catch {
            problems.append("\(error)")
        }
        if addresses.isEmpty && problems.isEmpty { problems.append("no address to search: give a range") }
        credentials = request.credentials.map { credential in
            BMCCredential(
                name: credential.name,
                username: credential.user,
                password: Secret(credential.password),
                vendor: credential.vendor,
                ranges: ranges(credential.ranges, "login \(credential.name): ")
            )
        }
        if Set(credentials.map(\.name)).count < credentials.count { problems.append("two logins have one name") }
        for credential in request.credentials where credential.user.isEmpty && credential.password.isEmpty {
            problems.append("the login '\(credential.name)' has neither user nor password")
        }
        var options = BMCScan.Options()
        options.protocols = request.protocols.compactMap { word in
            let known = BMCProtocol(rawValue: word).flatMap { $0.hasBMC ? $0 : nil }
            if known == nil { problems.append("'\(word)' is no protocol; there are redfish and ipmi") }
            return known
        }
        if options.protocols.isEmpty { problems.append("no protocol to look for") }
        func number(_ value: Int, _ allowed: ClosedRange<Int>, _ what: String) -> Int {
            if !allowed.contains(value) {
                problems.append("\(what) must be from \(allowed.lowerBound) to \(allowed.upperBound), not \(value)")
            }
            return value
        }
        options.attempts = number(request.attempts, 1...100, "refused logins for each BMC")
        options.concurrency = number(request.concurrency, 1...256, "addresses at once")
        options.rate = number(request.rate, 1...5000, "addresses in a second")
        for port in [request.redfishPort, request.ipmiPort] { _ = number(port ?? 1, 1...65535, "a port") }
        if (0...3600).contains(request.pause) {
            options.pause = .milliseconds(Int(request.pause * 1000))
        } else {
            problems.append("the pause must be from 0 to 3600 seconds, not \(request.pause)")
        }
        options.again = request.again
        options.redfishPort = request.redfishPort
        options.ipmiPort = request.ipmiPort
        guard problems.isEmpty else { throw ControllerProblem(problems) }
        self.addresses = addresses
        self.options = options
    }

    /// Searches until all addresses are done or the task is cancelled; says then what was found.
    ///
    /// - Parameters:
    ///   - owner: the enrolled node whose BMC is at an address
    ///   - progress: told how many addresses are done, of how many
    public func run(
        gates: BMCGates,
        look: @escaping BMCScan.Look,
        owner: @escaping @Sendable (String) async -> String? = { _ in nil },
        progress: @escaping @Sendable (UInt64, UInt64) -> Void
    ) async -> ScanReport {
        let found = Mutex<[String: FoundBMC]>([:])
        let searched = Mutex(0)
        let count = addresses.count
        progress(0, UInt64(count))
        let scan = BMCScan(options: options, credentials: credentials, gates: gates, look: look, owner: owner)
        await scan.run(addresses) { finding in
            let bmc = FoundBMC(finding)
            found.withLock { $0[finding.address] = bmc }
        } progress: { done in
            searched.withLock { $0 = max($0, done) }
            progress(UInt64(done), UInt64(count))
        }
        let all = found.withLock { $0 }
        return ScanReport(
            found: addresses.compactMap { all[$0] },
            searched: searched.withLock { $0 },
            addresses: count
        )
    }
}

extension FoundBMC {
    init(_ finding: BMCFinding) {
        let accepted = finding.accepted
        let best = finding.presences.first { $0.protocol == accepted?.protocol } ?? finding.presences.first
        let told = finding.presences
        func first(_ path: KeyPath<BMCPresence, String?>) -> String? {
            told.lazy.compactMap { $0[keyPath: path] }.first
        }
        let identity = accepted?.identity
        var remarks = finding.remarks + told.flatMap(\.remarks)
        if let product = first(\.product), let model = identity?.model, product != model {
            remarks.insert("the BMC is \(product)", at: 0)
        }
        self.init(
            address: finding.address,
            protocol: best?.protocol.rawValue ?? "",
            port: best?.port,
            protocols: told.map { [$0.protocol.rawValue, $0.version].compactMap(\.self).joined(separator: " ") },
            vendor: identity?.manufacturer ?? first(\.vendor),
            model: identity?.model ?? first(\.product),
            serial: identity?.serialNumber ?? first(\.serialNumber),
            uuid: identity?.uuid ?? first(\.uuid),
            firmware: first(\.firmware) ?? identity?.firmware,
            certificate: first(\.certificateSHA256),
            power: accepted.map { "\($0.power)" },
            node: finding.node,
            credential: accepted?.credential,
            refused: finding.refused,
            untried: finding.untried,
            remarks: remarks
        )
    }
}

extension Controller {
    /// Searches for BMCs; those of enrolled nodes are named and nothing is tried at them.
    ///
    /// - Parameter progress: told how many addresses are done, of how many
    public func scan(
        _ search: BMCSearch,
        progress: @escaping @Sendable (UInt64, UInt64) -> Void
    ) async -> ScanReport {
        await search.run(gates: gates, look: lookForBMC, owner: { await owner(of: $0) }, progress: progress)
    }

    private func owner(of address: String) async -> String? {
        let nodes = try? await store.read { try $0.all(NodeRecord.self, .node) }
        let other = IPv6Address(address)
        return nodes?.first { record in
            let own = record.bmc.address
            guard !record.isUndecided else { return false }
            return own.lowercased() == address.lowercased() || (other != nil && IPv6Address(own) == other)
        }?.name
    }
}
