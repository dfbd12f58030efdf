public import Jinja

/// What a parameter is in some place, and who said so.
public struct EffectiveParameter: Hashable, Sendable {
    public var service: String
    public var parameter: Service.Parameter
    /// All that gives it a value, the weakest first: the last one holds.
    public var origins: [Origin]

    /// Something that gives a parameter a value.
    public struct Origin: Hashable, Sendable {
        /// `default`, `parameters.yaml`, `role 'worker'`, `environment 'production' for node 'n1'`.
        public var who: String
        public var location: SourceLocation
        /// What it says.
        public var said: Value
        /// What the parameter is after it.
        public var value: Value
    }

    /// Nil where nothing gives one, and for secrets, which are put in where the bundle is signed.
    public var value: Value? { parameter.type == .secret ? nil : origins.last?.value }
}

extension Catalog {
    /// A service's parameters for a role's nodes, or one of them, in the order in which they are declared.
    ///
    /// From weak to strong: the service's default, `parameters.yaml`, the environments in their order, the role's own,
    /// the environments' for the role, the environments' for the node.
    public func effective(of service: Service, in role: Role?, node: String? = nil) -> [EffectiveParameter] {
        service.parameters.map { effective($0, of: service, in: role, node: node) }
    }

    private func effective(
        _ parameter: Service.Parameter,
        of service: Service,
        in role: Role?,
        node: String?
    ) -> EffectiveParameter {
        var found = EffectiveParameter(service: service.name, parameter: parameter, origins: [])
        func say(_ who: String, _ value: Value?, at place: SourceLocation?, _ how: ParameterEnvironment.Strategy?) {
            guard let value else { return }
            let joined = (how ?? .overwrite).join(found.origins.last?.value, value)
            let place = place ?? parameter.location
            found.origins.append(EffectiveParameter.Origin(who: who, location: place, said: value, value: joined))
        }
        let key = "\(service.name)/\(parameter.name)"
        func value(_ values: [String: [String: Value]]?) -> Value? { values?[service.name]?[parameter.name] }
        func each(_ say: (ParameterEnvironment, ParameterEnvironment.Strategy?) -> Void) {
            for environment in environments { say(environment, environment.merge["\(service.name).\(parameter.name)"]) }
        }
        say("default", parameter.fallback, at: parameter.location, nil)
        say("parameters.yaml", value(parameters), at: parametersWritten[key], nil)
        each { say("environment '\($0.name)'", value($0.parameters), at: $0.written["/\(key)"], $1) }
        if let role {
            say("role '\(role.name)'", value(role.parameters), at: role.written[key], nil)
            each {
                let place = $0.written["role \(role.name)/\(key)"]
                say("environment '\($0.name)' for role '\(role.name)'", value($0.roles[role.name]), at: place, $1)
            }
        }
        if let node {
            each {
                let place = $0.written["node \(node)/\(key)"]
                say("environment '\($0.name)' for node '\(node)'", value($0.nodes[node]), at: place, $1)
            }
        }
        return found
    }

    /// The values of a service's parameters in a role, or on one of its nodes. Secrets are left out.
    public func parameters(of service: Service, in role: Role, node: String? = nil) -> [String: Value] {
        var values: [String: Value] = [:]
        for parameter in effective(of: service, in: role, node: node) {
            values[parameter.parameter.name] = parameter.value
        }
        return values
    }

    /// What is said of one node by its name, with the place.
    public func mentions(ofNode name: String) -> [(what: String, location: SourceLocation)] {
        namedNodes.filter { $0.node == name }.map { (what: "sets parameters of", location: $0.location) }
            + networks.filter { $0.fixed[name] != nil }.map { network in
                (
                    what: "network '\(network.name)' gives an address to",
                    location: network.written["node \(name)"] ?? network.location
                )
            }
    }

    /// Nodes that environments speak of, with the place: whether there are such, the catalogue cannot know.
    public var namedNodes: [(node: String, location: SourceLocation)] {
        environments.flatMap { environment in
            environment.nodes.keys.sorted().map { node in
                (node: node, location: environment.written["node \(node)"] ?? environment.location)
            }
        }
    }
}
