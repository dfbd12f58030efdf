import Octets

extension Filters {
    /// Those of `ansible.utils` that tell addresses and networks apart and compute with them.
    static let addresses: [String: Routine] = [
        "ipaddr": Routine(["query", "version", "alias"]) { call in
            try parts(call, version: try wholeArgument(call, "version") ?? 0)
        },
        "ipv4": Routine(["query"]) { try parts($0, version: 4) },
        "ipv6": Routine(["query"]) { try parts($0, version: 6) },
        "ipwrap": Routine { call in
            switch call.input {
            case .bool: return call.input
            case .list(let items): return .list(try items.map { try wrapped($0, $0, call) })
            case .string:
                return try wrapped(call.input, part(of: call.input, "", version: 0, call), call)
            case .undefined, .none, .int, .double, .dict: throw JinjaError("'ipwrap' of \(call.input.typeName)")
            }
        },
        "ipsubnet": Routine(["query", "index"]) { call in
            let index = try wholeArgument(call, "index")
            guard let network = network(call.input) else { return false }
            return try subnet(of: network, textArgument(call, "query"), index)
        },
        "ipmath": Routine(["amount"]) { call in
            guard let amount = try wholeArgument(call, "amount") else { throw JinjaError("'ipmath' needs 'amount'") }
            let text = call.input.asString ?? ""
            guard let start = NetworkAddress(text), start.written == text else {
                throw JinjaError("'ipmath' of '\(text)', which is no address")
            }
            let family = start.address.family
            guard let sum = start.address.number(after: amount).flatMap({ IPAddress(family, number: $0) }) else {
                throw JinjaError("no address is \(amount) after '\(text)'")
            }
            return .string(NetworkAddress.text(sum))
        },
        "nthhost": Routine(["query"]) { call in
            guard let network = network(call.input),
                let place = NetworkAddress.whole(textArgument(call, "query"))
            else { return false }
            guard let number = network.number(at: place) else {
                guard !place.isNegative else { throw JinjaError("'nthhost' of a place before '\(network.written)'") }
                return false
            }
            return .string(network.text(number))
        },
        "next_nth_usable": Routine(["offset"]) { try usable($0, sign: 1) },
        "previous_nth_usable": Routine(["offset"]) { try usable($0, sign: -1) },
        "network_in_network": Routine(["test"]) { call in
            isWithin(call, network(call.input).map { $0.first...($0.hostBits > 1 ? $0.last : $0.first) })
        },
        "network_in_usable": Routine(["test"]) { call in
            isWithin(call, network(call.input).map { $0.usable ?? $0.number...$0.number })
        },
    ]

    /// Of a list, what those have that have it; of one value that, or false where it is no address.
    private static func parts(_ call: RoutineCall, version: Int) throws -> Value {
        switch call.input {
        case .string, .int, .bool, .list: break
        case .undefined, .none, .double, .dict: throw JinjaError("'\(call.name)' of \(call.input.typeName)")
        }
        return try part(of: call.input, textArgument(call, "query"), version: version, call)
    }

    private static func part(of value: Value, _ query: String, version: Int, _ call: RoutineCall) throws -> Value {
        switch value {
        case .list(let items):
            try call.evaluation.charge(items.count)
            return .list(try items.map { try part(of: $0, query, version: version, call) }.filter(\.isTruthy))
        case .undefined: try call.evaluation.refuseUndefined(value)
        case .int(let number) where number > 0: return try part(of: "\(number)", query, version)
        case .string(let text): return try part(of: text, query, version)
        case .none, .bool, .int, .double, .dict: break
        }
        return false
    }

    private static func part(of text: String, _ query: String, _ version: Int) throws -> Value {
        try NetworkAddress(text, version: version)?.answer(to: query) ?? false
    }

    /// An address in brackets when it is of IPv6, as URLs want it; what is no address as it is.
    private static func wrapped(_ value: Value, _ address: Value, _ call: RoutineCall) throws -> Value {
        guard try part(of: value, "", version: 0, call).isTruthy else { return value }
        return try part(of: address, "wrap", version: 0, call)
    }

    /// What is taken as text there, whatever it is.
    private static func textArgument(_ call: RoutineCall, _ name: String) -> String {
        call[name].map { $0.isNone ? "" : $0.description } ?? ""
    }

    private static func wholeArgument(_ call: RoutineCall, _ name: String) throws -> Int? {
        switch call[name] {
        case .double(let number) where Int(exactly: number) != nil: return Int(exactly: number)
        case .string(let text):
            guard let number = try wholeNumber(text, base: 10) ?? pythonDouble(text).flatMap(Int.init(exactly:)) else {
                throw JinjaError("'\(call.name)' takes a whole number as '\(name)', not '\(text)'")
            }
            return number
        default: return try call.int(name)
        }
    }

    /// What these filters take, numbers as text, too.
    private static func network(_ value: Value) -> NetworkAddress? {
        NetworkAddress(value.asInt.map { "\($0)" } ?? value.asString ?? "")
    }

    private static func usable(_ call: RoutineCall, sign: Int) throws -> Value {
        let offset = try wholeArgument(call, "offset")
        guard let network = network(call.input) else { return false }
        guard let offset else { throw JinjaError("'\(call.name)' needs 'offset'") }
        return try network.usable(after: sign < 0 ? 0 &- offset : offset)
    }

    /// Whether the argument's addresses are all among those; what is no address counts as the number 0.
    private static func isWithin(_ call: RoutineCall, _ addresses: ClosedRange<UInt128>?) -> Value {
        let tested = call["test"].flatMap(network)
        let first = tested?.first ?? 0
        let last = tested.map { $0.hostBits > 1 ? $0.last : $0.first } ?? 0
        let addresses = addresses ?? 0...0
        return .bool(addresses.contains(first) && addresses.contains(last))
    }

    /// A network of the length that is asked for: how many there are, or the one at `index`; or where the network lies
    /// among those of its length in the network that is asked for, from 1.
    private static func subnet(of network: NetworkAddress, _ query: String, _ index: Int?) throws -> Value {
        let bits = network.address.family.bits
        guard !query.isEmpty else { return .string(network.cidr) }
        guard query.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return .string(try place(of: network, in: query))
        }
        guard let length = Int(query), length <= bits else { return false }
        if network.hostBits == 0 {
            // A single address: the networks around it, the largest first.
            let index = index ?? 0
            let count = bits - length
            guard index <= bits + 1 - max(index, -bits), index >= -count else { return false }
            let wanted = length + (index < 0 ? index + count : index)
            guard wanted < bits, let around = IPSubnet(network.address, prefixLength: wanted) else {
                throw JinjaError("no network of /\(length) and more around '\(network.written)' has index \(index)")
            }
            return .string("\(network.text(around.network.number))/\(wanted)")
        }
        let further = length - network.prefixLength
        guard let index else {
            guard further >= 0 else {
                throw JinjaError("'\(network.written)' has no networks as large as /\(length)")
            }
            guard further < 128 else { throw JinjaError("a number does not fit 64 bits") }
            return .string("\(UInt128(1) << UInt128(further))")
        }
        let distance = UInt128(index.magnitude)
        let highest = further < 0 ? 0 : ~(UInt128.max << UInt128(further))
        guard index < 0 ? further >= 0 && distance - 1 <= highest : distance <= highest else { return false }
        let place = index < 0 ? highest - (distance - 1) : distance
        let start = NetworkAddress.text(ofNumber: network.first + place << UInt128(bits - length))
        guard let found = NetworkAddress("\(start)/\(length)") else {
            throw JinjaError("'\(start)' has no network of /\(length)")
        }
        return .string(found.written)
    }

    private static func place(of network: NetworkAddress, in query: String) throws -> String {
        guard let outer = NetworkAddress(query) else {
            throw JinjaError("'ipsubnet' in '\(query)', which is no network")
        }
        let bits = network.address.family.bits
        let kept = bits - outer.prefixLength
        guard kept >= 0, network.prefixLength >= outer.prefixLength,
            network.first >> UInt128(kept) == outer.number >> UInt128(kept)
        else { throw JinjaError("'\(network.written)' is not in '\(query)'") }
        let within = network.first & ~(UInt128.max << UInt128(kept))
        let (place, overflow) = (within >> UInt128(network.hostBits)).addingReportingOverflow(1)
        guard !overflow else { throw JinjaError("a number does not fit 64 bits") }
        return "\(place)"
    }
}
