public import OperatorAPI
import Planning
import Store

extension Controller {
    /// What a node would get of the catalogue as it is now; nothing is kept and nothing touched.
    public func rendering(_ name: String) async throws -> RenderReport {
        let node = try await store.read { try $0.node(named: name) }
        var input = try await planningInput()
        input.generation = (input.nodes.compactMap(\.installed?.generation).max() ?? 0) + 1
        do {
            return try NodeRendering.report(on: node.name, input)
        } catch {
            throw ControllerProblem(error.problems, .conflict)
        }
    }
}
