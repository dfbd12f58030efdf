import Jinja
import OrderedCollections

/// A module that did not do what it was asked; `fields` are added to the result that the task registers.
struct ModuleFailure: Error, Hashable, CustomStringConvertible {
    var message: String
    var fields: Fields

    init(_ message: String, fields: Fields = [:]) {
        self.message = message
        self.fields = fields
    }

    var description: String { message }
}
