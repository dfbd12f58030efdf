import AgentAPI
import Catalog
import Inventory
import Matching

/// What the catalogue says of nodes that do their work and no plan changes: an operator must not take silence for done.
struct PlanNotes {
    let input: PlanningInput

    init(_ input: PlanningInput) {
        self.input = input
    }

    var lines: [String] {
        let named = input.catalog.namedNodes.filter { named in !input.nodes.contains { $0.name == named.node } }
        let lines = input.nodes.sorted { ($0.name, $0.id) < ($1.name, $1.id) }.flatMap { node in
            notes(on: node).map { "\(node.name): \($0)" }
        }
        return lines + named.map { "\($0.node): nobody enrolled such a node, \($0.location) sets parameters of it" }
    }

    private func notes(on node: PlanningNode) -> [String] {
        let doubt = [node.doubt].compactMap(\.self)
        guard let installed = node.installed else { return doubt }
        if let role = node.lostRole(in: input.catalog) {
            return doubt + ["its role '\(role)' is not in the catalogue any more: left as it is"]
        }
        guard case .active = node.state,
            let role = input.catalog.roles.first(where: { $0.name == installed.content.role })
        else { return doubt }
        return doubt + [image(of: installed, role), rootDisk(of: node, installed, role)].compactMap(\.self)
    }

    private func image(of installed: PlanningNode.Installed, _ role: Role) -> String? {
        guard let image = input.images[role.image], image.digest != installed.imageDigest else { return nil }
        let name = installed.imageName(in: input).map { "\($0) " } ?? ""
        return "keeps image \(name)(\(Self.short(installed.imageDigest))), "
            + "the role has \(role.image) (\(Self.short(image.digest))): redeploy to change it"
    }

    private func rootDisk(of node: PlanningNode, _ installed: PlanningNode.Installed, _ role: Role) -> String? {
        guard let kept = installed.rootDisk, let disks = node.inventory?.disks else { return nil }
        let choice = RootDiskChoice(for: role, among: disks, imageSize: input.images[role.image]?.size)
        guard let chosen = choice.disk else {
            return "keeps its root disk \(Self.words(kept)); none fits the role now: \(choice.failure.observed)"
        }
        guard !kept.isSame(as: chosen) else { return nil }
        let other = Self.words(RootDisk(serial: chosen.serial, size: 0, lastName: chosen.name))
        return "keeps its root disk \(Self.words(kept)), the role has \(other): redeploy to change it"
    }

    private static func short(_ digest: String) -> String { "sha256:\(digest.prefix(12))" }

    private static func words(_ disk: RootDisk) -> String {
        (disk.lastName ?? "disk") + (disk.serial.map { " (serial \($0))" } ?? "")
    }
}

extension PlanningNode {
    /// The role it is in, where the catalogue has it no more.
    func lostRole(in catalog: Catalog) -> String? {
        guard let role = installed?.content.role, !catalog.roles.contains(where: { $0.name == role }) else {
            return nil
        }
        return role
    }
}

extension PlanningNode.Installed {
    /// The image's name as it was kept, or as the controller knows it now; nil when it is not there any more.
    func imageName(in input: PlanningInput) -> String? {
        imageName ?? input.images.filter { $0.value.digest == imageDigest }.keys.min()
    }

    /// The same for people, who must not read the role's image where it is not the node's.
    func imageWords(in input: PlanningInput) -> String {
        imageName(in: input) ?? "sha256:\(imageDigest.prefix(12))"
    }
}

extension RootDisk {
    /// By what does not change; by its name where it says nothing of itself.
    func isSame(as disk: Inventory.Disk) -> Bool {
        if let wwn, let other = disk.wwn { return wwn == other }
        if let serial, let other = disk.serial { return serial == other }
        if let busPath, let other = disk.busPath { return busPath == other }
        return lastName == disk.name
    }
}
