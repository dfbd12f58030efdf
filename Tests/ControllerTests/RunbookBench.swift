import Catalog
import YAML

extension Catalog {
    /// Has a runbook beside what there is.
    mutating func add(runbook text: String, in name: String) throws(CatalogProblems) {
        do {
            let path = "runbooks/" + name
            var files = [File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))]
            for role in ["control", "worker"] {
                let text = "name: \(role)\ncount: 1\nimage: i\n"
                files.append(
                    File(path: "roles/\(role).yaml", tree: try YAMLReader.read(Array(text.utf8), file: "roles/r.yaml"))
                )
            }
            runbooks.merge(try Catalog(files: files, templates: [:]).runbooks) { $1 }
        } catch let problem as CatalogProblem {
            throw CatalogProblems([problem])
        } catch let problems as CatalogProblems {
            throw problems
        } catch {
            throw CatalogProblems()
        }
    }
}
