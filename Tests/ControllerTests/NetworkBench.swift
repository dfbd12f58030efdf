import Catalog
import YAML

extension Catalog {
    /// Has a network, and the workers on it.
    mutating func add(network text: String) throws(CatalogProblems) {
        let role = "name: r\ncount: 1\nimage: i\nnetworks: {internal: static}"
        do {
            let made = try Catalog(
                files: [
                    File(path: "networks/n.yaml", tree: try YAMLReader.read(Array(text.utf8), file: "networks/n.yaml")),
                    File(path: "roles/r.yaml", tree: try YAMLReader.read(Array(role.utf8), file: "roles/r.yaml")),
                ],
                templates: [:]
            )
            networks = made.networks
            for index in roles.indices where roles[index].name == "worker" {
                roles[index].networks = made.roles[0].networks
            }
        } catch let problem as CatalogProblem {
            throw CatalogProblems([problem])
        } catch let problems as CatalogProblems {
            throw problems
        } catch {
            throw CatalogProblems()
        }
    }
}
