import Catalog
import YAML

/// A catalogue from texts, as it would lie in a folder.
func catalog(_ texts: [String: String], templates: [String: String] = [:], environments: [String] = []) throws
    -> Catalog
{
    let files = try texts.map { path, text in
        Catalog.File(path: path, tree: try YAMLReader.read(Array(text.utf8), file: path))
    }
    return try Catalog(files: files, templates: templates, environments: environments)
}

/// All problems of such a catalogue, a line each.
func problems(_ texts: [String: String], templates: [String: String] = [:], environments: [String] = []) throws
    -> [String]
{
    do {
        _ = try catalog(texts, templates: templates, environments: environments)
        return []
    } catch let error as CatalogProblems {
        return error.problems.map(\.description)
    } catch let error as CatalogProblem {
        return [error.description]
    }
}

let plainRole = """
    name: worker
    count: 1
    image: debian
    services: [web]
    """

let checkout: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast(3)
    return parts.joined(separator: "/")
}()
