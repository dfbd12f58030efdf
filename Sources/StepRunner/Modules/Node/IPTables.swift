import Jinja
import OrderedCollections

extension ModuleDefinition {
    /// A rule, a policy or a chain of the node's packet filter.
    static let iptables = ModuleDefinition(actsOutsideFiles: true) { arguments, context in
        let versions = try arguments.choice("ip_version", of: ["ipv4", "ipv6", "both"], or: "ipv4")
        let programs = versions == "both" ? ["iptables", "ip6tables"] : [versions == "ipv6" ? "ip6tables" : "iptables"]
        let isPresent = try arguments.choice("state", of: ["present", "absent"], or: "present") == "present"
        let chain = try arguments.text("chain")
        let rule = try FilterRule(arguments)
        let managesChain = try arguments.flag("chain_management", or: false)
        var changed = false
        for program in programs {
            let table = [program, "-t", try arguments.text("table") ?? "filter"]
            let wait = try arguments.text("wait").map { ["-w", $0] } ?? []
            let chainWords = (chain.map { [$0] } ?? []) + wait
            if try arguments.flag("flush", or: false) {
                try context.act(table + ["-F"] + chainWords)
                changed = true
                continue
            }
            guard let chain else { throw ModuleFailure("chain is required") }
            if let policy = try arguments.text("policy") {
                let listed = try context.runSuccessfully(table + ["-L"] + chainWords + ["--numeric"]).outputText
                guard !listed.contains("(policy \(policy)") else { continue }
                try context.act(table + ["-P"] + chainWords + [policy])
                changed = true
            } else if rule.words(program).isEmpty {
                let isThere = try context.run(table + ["-L"] + chainWords + ["--numeric"]).status == 0
                guard isThere != isPresent else { continue }
                if managesChain { try context.act(table + [isPresent ? "-N" : "-X"] + chainWords) }
                changed = true
            } else {
                let words = rule.words(program)
                let isThere = try context.run(table + ["-C"] + chainWords + words).status == 0
                guard isThere != isPresent else { continue }
                let isInsert = try arguments.choice("action", of: ["append", "insert"], or: "append") == "insert"
                let number = try isInsert ? arguments.text("rule_num").map { [$0] } ?? [] : []
                let verb = isPresent ? isInsert ? "-I" : "-A" : "-D"
                try context.act(table + [verb, chain] + (isPresent ? number : []) + wait + words)
                changed = true
            }
        }
        return [
            "changed": .bool(changed), "chain": chain.map { .string($0) } ?? .none,
            "table": .string(try arguments.text("table") ?? "filter"), "ip_version": .string(versions),
            "state": .string(isPresent ? "present" : "absent"), "flush": .bool(try arguments.flag("flush", or: false)),
            "rule": .string(rule.words(programs[0]).joined(separator: " ")), "chain_management": .bool(managesChain),
        ]
    }
}

/// The part of a rule that says what it matches and what then happens, in the order in which Ansible writes it.
private struct FilterRule {
    private let arguments: ModuleArguments
    private var jump: String?

    init(_ arguments: ModuleArguments) throws {
        self.arguments = arguments
        jump = try arguments.text("jump")
        if arguments.has("log_prefix") || arguments.has("log_level") {
            guard jump ?? "LOG" == "LOG" else {
                throw ModuleFailure("Logging options can only be used with the LOG jump target.")
            }
            jump = "LOG"
        }
    }

    private func text(_ key: String) -> String? { arguments[key]?.description }
    private func list(_ key: String) -> [String] { arguments.list(key, splitting: true).map(\.description) }

    /// `! -p tcp` for `!tcp`.
    private func option(_ flag: String, _ value: String?) -> [String] {
        guard let value else { return [] }
        return value.hasPrefix("!") ? ["!", flag, trimmed(String(value.dropFirst()))] : [flag, value]
    }

    func words(_ program: String) -> [String] {
        let matches = list("match")
        var words = option("-p", text("protocol")) + option("-s", text("source")) + option("-d", text("destination"))
        words += matches.flatMap { option("-m", $0) }
        if let flags = arguments["tcp_flags"], let all = flags["flags"]?.asList, let set = flags["flags_set"]?.asList {
            let texts = [all, set].map { $0.map(\.description).joined(separator: ",") }
            words += ["--tcp-flags"] + texts
        }
        words += option("-j", jump)
        if jump?.lowercased() == "tee" { words += option("--gateway", text("gateway")) }
        words += option("--log-prefix", text("log_prefix")) + option("--log-level", text("log_level"))
        words += option("--to-destination", text("to_destination"))
        let ports = list("destination_ports")
        if !ports.isEmpty { words += ["-m", "multiport", "--dports", ports.joined(separator: ",")] }
        for (key, flag) in [
            ("to_source", "--to-source"), ("goto", "-g"), ("in_interface", "-i"), ("out_interface", "-o"),
            ("fragment", "-f"), ("set_counters", "-c"), ("source_port", "--source-port"),
            ("destination_port", "--destination-port"), ("to_ports", "--to-ports"), ("set_dscp_mark", "--set-dscp"),
            ("set_dscp_mark_class", "--set-dscp-class"),
        ] {
            words += option(flag, text(key))
        }
        switch text("syn") {
        case "match": words.append("--syn")
        case "negate": words += ["!", "--syn"]
        default: break
        }
        let states = list("ctstate").joined(separator: ",")
        if !states.isEmpty {
            if matches.contains("state"), !matches.contains("conntrack") {
                words += ["--state", states]
            } else {
                words += (matches.contains("conntrack") ? [] : ["-m", "conntrack"]) + ["--ctstate", states]
            }
        }
        let ranges = option("--src-range", text("src_range")) + option("--dst-range", text("dst_range"))
        if !ranges.isEmpty { words += (matches.contains("iprange") ? [] : ["-m", "iprange"]) + ranges }
        if let set = text("match_set") {
            words += (matches.contains("set") ? [] : ["-m", "set"]) + option("--match-set", set)
            words += text("match_set_flags").map { [$0] } ?? []
        }
        let limits = option("--limit", text("limit")) + option("--limit-burst", text("limit_burst"))
        if !limits.isEmpty { words += ["-m", "limit"] + limits }
        if let user = text("uid_owner") { words += ["-m", "owner"] + option("--uid-owner", user) }
        if let group = text("gid_owner") { words += ["-m", "owner"] + option("--gid-owner", group) }
        if jump == nil {
            if arguments.has("reject_with") { words += ["-j", "REJECT"] }
            if arguments.has("set_dscp_mark") || arguments.has("set_dscp_mark_class") { words += ["-j", "DSCP"] }
        }
        words += option("--reject-with", text("reject_with"))
        words += option(program == "ip6tables" ? "--icmpv6-type" : "--icmp-type", text("icmp_type"))
        if let comment = text("comment") { words += ["-m", "comment", "--comment", comment] }
        return words
    }
}
