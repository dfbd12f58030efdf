import BMC
import FoundationEssentials
import Lifecycle
import Octets
public import OperatorAPI
import Store

/// The network of nodes' BMCs. A change is stored before it is asked for, and the node's BMC is where it was until it has
/// answered elsewhere.
extension Controller {
    /// How a node's BMC is on the network; a change whose end is not known is looked into first.
    public func lan(of name: String) async throws -> LANReport {
        var record = try await store.read { try $0.node(named: name) }
        var unsettled: String?
        if record.bmc.move != nil, !effects.isUnderWay(forNode: record.id) {
            do {
                _ = try await settleMove(of: record.id, rounds: 1)
            } catch let problem as ControllerProblem {
                unsettled = problem.reasons.joined(separator: "; ")
            }
            record = try await store.read { try $0.node(named: name) }
            // What is said of it is more than that nothing answers.
            if record.bmc.move != nil, let unsettled { throw ControllerProblem(unsettled, .conflict) }
        }
        let lan = try await atBMC(of: name) { gate in try await gate.lan() }.found
        var report = LANReport(record.name, lan)
        report.unsettled = record.bmc.move.map { "asked for, and not settled yet: \($0.text)" } ?? unsettled
        return report
    }

    /// What a change would change; nothing is asked for.
    public func planLAN(of name: String, _ request: SetLAN) async throws -> LANChangeReport {
        let wish = try Self.wish(request)
        let (record, lan) = try await atBMC(of: name) { gate in try await gate.lan() }
        try await refuseTaken(request, by: record)
        return LANChangeReport(
            node: record.name,
            changes: wish.changes(from: lan).map { .init(name: $0.name, before: $0.before, after: $0.after) },
            lookedFor: try await places(request, mac: lan.mac, record)
        )
    }

    /// Changes the network of a node's BMC, and looks for it there.
    ///
    /// - Returns: a sentence about where it answers
    /// - Throws: `ControllerProblem` when the BMC refuses it, or answers nowhere: then both addresses are kept
    public func setLAN(of name: String, _ request: SetLAN) async throws -> String {
        let wish = try Self.wish(request)
        let record = try await store.read { try $0.node(named: name) }
        guard record.bmc.way.hasBMC, !record.isUndecided else {
            throw ControllerProblem("\(record.name) has no BMC whose network could be changed", .conflict)
        }
        guard !record.lifecycle.isBeingWorkedOn else {
            throw ControllerProblem(
                "\(record.name) is \(record.lifecycle.name): its BMC is needed for that; wait for the end of it",
                .conflict
            )
        }
        guard record.bmc.nextPassword == nil else {
            throw ControllerProblem("a change of the BMC's password is not finished: rackwright bmc rotate", .conflict)
        }
        let key = "lan \(record.id)"
        guard !effects.isUnderWay(forNode: record.id), effects.hold(key) else {
            throw ControllerProblem("the BMC of \(record.name) is in use just now; try again", .conflict)
        }
        defer { effects.release(key) }
        if record.bmc.move != nil {
            let settled = try await settleMove(of: record.id, rounds: 2)
            throw ControllerProblem("an earlier change was not finished: \(settled); now try again", .conflict)
        }
        try await refuseTaken(request, by: record)
        return try await change(record, to: wish, request)
    }

    private func change(_ record: NodeRecord, to wish: BMCLANWish, _ request: SetLAN) async throws -> String {
        let (identity, lan) = try await atBMC(of: record.id) { gate in (try await gate.identify(), try await gate.lan())
        }
        .found
        let changes = wish.changes(from: lan)
        guard !changes.isEmpty else { return "\(record.name): all of it is so already" }
        let text = changes.map { "\($0.name) \($0.before) -> \($0.after)" }.joined(separator: ", ")
        var mark = BMCMark(identity, mac: lan.mac)
        // Whoever has the pinned certificate is known already; others must not be given the password.
        if let pinned = record.bmc.certificate { mark.certificate = pinned }
        let move = NodeRecord.MoveRecord(request: request, mark: mark, text: text.oneLine)
        let (instant, before) = (now(), record.bmc)
        try await store.write { transaction in
            var record = try transaction.node(record.id, withBMC: before, orElse: "; try again")
            record.bmc.move = move
            try transaction.put(.node, record.id, encoding: record)
            let words = "the BMC's network is asked to change: \(move.text)"
            try transaction.note(record.id, at: instant, "operator", words)
        }
        do {
            let outcome = try await gate(record).setLAN(wish)
            for remark in outcome.remarks { await note(record.id, "bmc", remark.oneLine) }
        } catch let error as BMCError
            where [.refused, .notSupported, .gateShut, .wrongCredentials].contains(error.kind)
        {
            try await forget(move, of: record.id, "the BMC's network stays as it is: \(error)")
            throw ControllerProblem("\(record.name): \(error)".oneLine, .conflict)
        } catch let error as BMCError {
            // It may have been taken all the same.
            await note(record.id, "bmc", "whether the BMC took it is not known: \(error)".oneLine)
        }
        return try await settleMove(of: record.id, rounds: Self.lookRounds)
    }

    private func forget(_ move: NodeRecord.MoveRecord, of id: String, _ text: String) async throws {
        let instant = now()
        try await store.write { transaction in
            var record = try transaction.node(id)
            guard record.bmc.move == move else { return }
            record.bmc.move = nil
            try transaction.put(.node, id, encoding: record)
            try transaction.note(id, at: instant, "bmc", text.oneLine)
        }
    }

    // MARK: Where it is

    static func wish(_ request: SetLAN) throws(ControllerProblem) -> BMCLANWish {
        var wish = BMCLANWish()
        if request.dhcp == true {
            guard request.address == nil, request.gateway == nil else {
                throw ControllerProblem("DHCP and an address are one or the other")
            }
            wish.addressing = .dhcp
        } else if let text = request.address {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard let subnet = IPv4Subnet(text), let first = parts.first, let address = IPv4Address(first) else {
                throw ControllerProblem("'\(text)' is no address with its prefix, as 10.0.0.9/24 is")
            }
            let gateway = try request.gateway.map { text throws(ControllerProblem) in
                guard let gateway = IPv4Address(text) else { throw ControllerProblem("'\(text)' is no IPv4 address") }
                return gateway
            }
            wish.addressing = .fixed(address, netmask: subnet.netmask, gateway: gateway)
        } else if request.gateway != nil {
            throw ControllerProblem("a gateway goes with a static address: give both")
        }
        wish.vlan = request.vlan.map { $0 == 0 ? .off : .number($0) }
        if let expect = request.expect, IPv4Address(expect) == nil {
            throw ControllerProblem("'\(expect)' is no IPv4 address")
        }
        if let objection = wish.objection { throw ControllerProblem(objection) }
        return wish
    }

    private func refuseTaken(_ request: SetLAN, by record: NodeRecord) async throws {
        for address in [request.address?.prefix { $0 != "/" }.description, request.expect].compactMap(\.self) {
            var bmc = record.bmc
            bmc.address = address
            try await store.read { [bmc] in try $0.refuseTaken(bmc, by: record.id) }
        }
    }

    /// Where the BMC may be after a change, without the place where it was: that one is looked at last.
    func places(_ request: SetLAN, mac: String?, _ record: NodeRecord) async throws -> [String] {
        var places = [request.address?.prefix { $0 != "/" }.description, request.expect].compactMap(\.self)
        if request.dhcp == true, let mac = mac?.lowercased() {
            // Our own leases tell where it went.
            for data in try await leases(.v4) {
                guard let lease = try? JSONDecoder().decode(LeaseGlance.self, from: data),
                    lease.mac.lowercased() == mac, lease.state == "bound"
                else { continue }
                places.append(lease.address)
            }
        }
        // A change that leaves the address leaves the place.
        if request.address == nil { places.append(record.bmc.address) }
        var seen: Set<String> = []
        return places.filter { seen.insert($0).inserted }
    }

    /// What is of use here of a lease that the boot servers keep.
    private struct LeaseGlance: Decodable {
        var mac: String
        var address: String
        var state: String
    }
}

extension LANReport {
    init(_ node: String, _ lan: BMCLAN) {
        self.init(node: node, interface: lan.interface)
        mac = lan.mac
        source = lan.source.map { "\($0)" }
        address = lan.address.map { "\($0)" }
        netmask = lan.netmask.map { "\($0)" }
        gateway = lan.gateway.map { "\($0)" }
        vlan = lan.vlan.map { "\($0)" }
        ipv6 = lan.ipv6
        hostname = lan.hostname
        nameServers = lan.nameServers
        ntpServers = lan.ntpServers
        remarks = lan.remarks
    }
}
