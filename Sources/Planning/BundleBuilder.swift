import AgentAPI
import Catalog
import Jinja
import OrderedCollections

/// Makes one node's bundle: the steps of its role's services, in order.
struct BundleBuilder {
    let input: PlanningInput
    let node: PlanningNode
    let role: Role
    let fleet: Fleet

    /// An operation's steps.
    private static let numbers = 0...5

    private var services: [Service] {
        ServiceOrder.sorted(role.services, in: input.catalog.services).compactMap { input.catalog.services[$0] }
    }

    /// What the role makes of the node.
    func content() throws(PlanningProblems) -> NodeContent {
        var problems: [String] = []
        var contents: [ServiceContent] = []
        for service in services {
            let parameters = input.catalog.parameters(of: service, in: role, node: node.name)
            for parameter in service.parameters where parameter.type != .secret && parameters[parameter.name] == nil {
                problems.append(
                    "\(parameter.location): parameter '\(parameter.name)' of service '\(service.name)' has no value"
                )
            }
            var secrets: [String: String] = [:]
            for parameter in service.parameters where parameter.type == .secret {
                let name = "\(service.name).\(parameter.name)"
                secrets[parameter.name] = input.secrets[name]
                if input.secrets[name] == nil {
                    problems.append(
                        "\(parameter.location): the secret '\(name)' is not set; set it: rackwright secret set \(name)"
                    )
                }
            }
            var containers: [ContainerDefinition] = []
            for container in service.containers where isRun(container, of: service) {
                do {
                    containers.append(try resolved(container, parameters))
                } catch {
                    problems += error.problems
                }
            }
            contents.append(
                ServiceContent(
                    name: service.name,
                    parameters: parameters.mapValues { $0.json() },
                    files: service.config,
                    containers: containers,
                    secrets: secrets.isEmpty ? nil : secrets,
                    nodes: fleet.words(ofRoles: service.sees)
                )
            )
        }
        guard problems.isEmpty else { throw PlanningProblems(problems: problems) }
        return NodeContent(role: role.name, services: contents, networks: fleet.networkContent(of: node, in: role))
    }

    /// The container with its image's name rendered and pinned by digest.
    private func resolved(
        _ container: Service.ServiceContainer,
        _ parameters: [String: Value]
    ) throws(PlanningProblems) -> ContainerDefinition {
        var definition = container.definition
        // A command in another container, or a pod.
        guard !definition.image.isEmpty else { return definition }
        let name: String
        do {
            let variables = OrderedDictionary(uniqueKeysWithValues: parameters.sorted { $0.key < $1.key })
            name = try Template(definition.image, name: container.location.description).render(variables)
        } catch {
            throw PlanningProblems(problems: [
                "\(container.location): the image of container '\(definition.name)': \(error)"
            ])
        }
        guard input.pinsImages else {
            definition.image = name
            return definition
        }
        guard let digest = input.containerImages[name] else {
            let names = input.containerImages.keys.sorted().joined(separator: ", ")
            let known = names.isEmpty ? "none" : names
            throw PlanningProblems(problems: [
                "\(container.location): the controller has no container image '\(name)' (it has: \(known)); "
                    + "add it: rackwright container add"
            ])
        }
        // The tag is what follows the last colon, unless that is a registry's port.
        var repository = name[...]
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") { repository = name[..<colon] }
        definition.image = "\(input.registry)/\(repository)@\(digest)"
        return definition
    }

    func bundle(_ operation: Operation, content: NodeContent) throws(PlanningProblems) -> Bundle {
        var steps = operation == .deploy ? [] : removals(content)
        var shared: [BundleStep] = []
        var later: [BundleStep] = []
        for service in services {
            guard let contents = content.services.first(where: { $0.name == service.name }) else { continue }
            let own = self.steps(of: service, contents, operation)
            if service.after.isEmpty { shared += own } else { later += own }
        }
        // As in TripleO, a step of all comes before the next one of any; who says what he comes after goes by that alone.
        for number in Self.numbers { steps += shared.filter { $0.number == number } }
        steps += later
        return Bundle(
            id: "plan\(input.generation)-\(node.id)-\(operation.rawValue)",
            node: node.id,
            generation: input.generation,
            operation: operation,
            role: role.name,
            variables: variables(content),
            steps: steps,
            rollbackTasks: operation == .deploy ? [] : services.flatMap(\.rollbackTasks),
            rollsBackOnFailure: operation != .deploy && role.rollout.onFailure == .rollback
        )
    }

    /// Of the services that left the role, those that others wait for last.
    private func removals(_ content: NodeContent) -> [BundleStep] {
        let gone = (node.installed?.content.services ?? []).filter { old in
            !old.containers.isEmpty && !content.services.contains { $0.name == old.name }
        }
        return gone.reversed().map {
            BundleStep(number: 0, service: $0.name, work: .removeContainers(keeping: []))
        }
    }

    private func steps(of service: Service, _ content: ServiceContent, _ operation: Operation) -> [BundleStep] {
        func step(_ number: Int, _ work: BundleStep.Work) -> BundleStep {
            BundleStep(number: number, service: service.name, work: work)
        }
        var steps: [BundleStep] = []
        let elsewhere = service.after.filter { !role.services.contains($0) }
        if !elsewhere.isEmpty && operation == .deploy { steps.append(step(0, .gate(services: elsewhere))) }
        if !service.validations.isEmpty { steps.append(step(0, .tasks(service.validations))) }
        let before = node.installed?.content.services.first { $0.name == service.name }?.containers ?? []
        let names = content.containers.map(\.name)
        if operation != .deploy, before.contains(where: { !names.contains($0.name) }) {
            steps.append(step(0, .removeContainers(keeping: names)))
        }
        let tasks = operation == .deploy ? service.deployTasks : service.upgradeTasks
        for number in Self.numbers {
            if number == 1, !content.files.isEmpty { steps.append(step(1, .files(content.files))) }
            let now = tasks.filter { $0.step == number }.map(\.task)
            if !now.isEmpty { steps.append(step(number, .tasks(now))) }
            steps += containerSteps(number, of: service, content, operation)
        }
        if !service.health.isEmpty { steps.append(step(5, .health(service.health))) }
        steps.append(step(5, .serviceDone))
        return steps
    }

    /// The containers of one number. Where one of them is for one node of the role, that node tells when it has run, and
    /// the others that are deployed beside it wait for that.
    private func containerSteps(
        _ number: Int,
        of service: Service,
        _ content: ServiceContent,
        _ operation: Operation
    ) -> [BundleStep] {
        var steps: [BundleStep] = []
        var batch: [ContainerDefinition] = []
        func endBatch() {
            guard !batch.isEmpty else { return }
            steps.append(BundleStep(number: number, service: service.name, work: .containers(batch)))
            batch = []
        }
        for container in service.containers where container.step == number {
            let name = container.definition.name
            if let definition = content.containers.first(where: { $0.name == name }) { batch.append(definition) }
            guard container.isBootstrap, operation == .deploy else { continue }
            let event = "\(service.name)/\(name)"
            if isRun(container, of: service) {
                endBatch()
                steps.append(BundleStep(number: number, service: event, work: .serviceDone))
            } else if bootstrapNode(container, of: service)?.installed == nil {
                endBatch()
                steps.append(BundleStep(number: number, service: service.name, work: .gate(services: [event])))
            }
        }
        endBatch()
        return steps
    }

    /// Whether the container is this node's to run.
    private func isRun(_ container: Service.ServiceContainer, of service: Service) -> Bool {
        !container.isBootstrap || bootstrapNode(container, of: service)?.id == node.id
    }

    private func bootstrapNode(_ container: Service.ServiceContainer, of service: Service) -> PlanningNode? {
        fleet.bootstrapNode(container.definition.name, of: service.name, in: role.name)
    }

    /// What templates and conditions on the node see. A service's own parameters stand under `services`; the agent
    /// puts them on top for that service's steps.
    func variables(_ content: NodeContent) -> Value {
        var services: OrderedDictionary<String, Value> = [:]
        for other in input.catalog.services.values.sorted(by: { $0.name < $1.name }) {
            let scope = other.name
            let parameters = input.catalog.parameters(of: other, in: role, node: node.name)
            services[scope] = .dict(OrderedDictionary(uniqueKeysWithValues: parameters.sorted { $0.key < $1.key }))
        }
        return .dict([
            "node": fleet.describe(node, role.name), "role": .string(role.name), "generation": .int(input.generation),
            "nodes": fleet.nodes, "groups": fleet.groups, "services": .dict(services),
            "networks": fleet.networks(of: node, in: role),
            "registry": .string(input.registry), "hostname": .string(fleet.hostname(of: node)),
            "role_tags": .list(role.tags.map { .string($0) }),
            "role_networks": .list(role.networks.map { .string($0.name) }),
        ])
    }
}
