import BMC
import Foundation
import Redfish
import Synchronization
import Testing

/// A recorded BMC that takes orders: it keeps what it is told, and refuses what that maker's BMCs refuse.
final class LiveRecording: Sendable {
    /// What a maker's BMC insists on, as its users report it.
    enum Manner: Sendable {
        case plain
        /// A strong tag must come along; `Continuous` is none of its words.
        case lenovo
        /// `InsertMedia` takes the image alone; the boot mode falls back to Legacy where it is not said.
        case supermicro
        /// A change of the BIOS without a time makes no job; one with a time makes one that waits for a restart.
        case dell
        /// Accounts are places of a table; none is made or deleted.
        case dellAccounts
        /// An override cannot be disabled with a target, nor its mode be written; another network holds when the BMC was
        /// restarted.
        case hpe
    }

    struct Order: Sendable, Equatable {
        var method: String
        var path: String
        var body: JSON
    }

    private struct State {
        var changed: [String: JSON] = [:]
        var orders: [Order] = []
        var refused: [Order] = []
        var jobs = 0
    }

    let recording: RecordedService
    private let manner: Manner
    private let state = Mutex(State())

    init(_ recording: RecordedService, _ manner: Manner = .plain) {
        self.recording = recording
        self.manner = manner
    }

    /// What was taken, in order.
    var orders: [Order] { state.withLock { $0.orders } }
    var refused: [Order] { state.withLock { $0.refused } }

    func resource(_ path: String) -> JSON {
        state.withLock { current(path, $0) }
    }

    /// Changes a resource, as time or another person would.
    func change(_ path: String, _ members: [String: JSON]) {
        state.withLock { state in
            state.changed[Self.plain(path)] = Self.merged(current(path, state), .object(members))
        }
    }

    func answer(_ request: HTTPServer.Request) -> HTTPServer.Answer {
        guard !request.path.contains("?") else { return .init(status: 501) }
        // Recordings have no sessions to give.
        guard !request.path.contains("Session") else { return .init(status: 405) }
        return state.withLock { state in
            let found = current(request.path, state)
            if request.method == "GET" {
                guard found != .null else { return .init(status: 404) }
                let tag = found["@odata.etag"].string
                return .init(headers: tag.map { ["ETag": $0] } ?? [:], body: Self.text(found))
            }
            let body = (try? JSON(reading: request.body)) ?? .null
            let order = Order(method: request.method, path: Self.plain(request.path), body: body)
            let answer =
                if let refusal = refusal(order, found, request.headers["if-match"]) {
                    refusal
                } else if request.method == "PATCH" {
                    patch(order, found, &state)
                } else {
                    act(order, &state)
                }
            if (200..<300).contains(answer.status) { state.orders.append(order) } else { state.refused.append(order) }
            return answer
        }
    }

    private func current(_ path: String, _ state: State) -> JSON {
        state.changed[Self.plain(path)] ?? recording.resource(path)
    }

    // MARK: What is taken

    private func patch(_ order: Order, _ found: JSON, _ state: inout State) -> HTTPServer.Answer {
        guard found != .null else { return .init(status: 404) }
        guard let members = order.body.object else { return Self.problem(400, "MalformedJSON", "no object") }
        let kept = members.filter { !$0.key.hasPrefix("@") }
        var merged = Self.merged(found, .object(kept))
        if manner == .supermicro, let boot = members["Boot"], boot["BootSourceOverrideTarget"] != .null,
            boot["BootSourceOverrideMode"] == .null
        {
            merged = Self.merged(merged, .object(["Boot": .object(["BootSourceOverrideMode": .string("Legacy")])]))
        }
        state.changed[order.path] = merged
        if manner == .hpe, order.path.contains("/EthernetInterfaces/") {
            let message = JSON.object(["MessageId": .string("iLO.2.14.ResetRequired")])
            let error = JSON.object(["@Message.ExtendedInfo": .array([message])])
            return .init(status: 200, body: Self.text(.object(["error": error])))
        }
        if manner == .dell, order.path.hasSuffix("/Bios/Settings") {
            guard members["@Redfish.SettingsApplyTime"] != nil else { return .init(status: 200, body: "{}") }
            return job(&state, "JobState", "Scheduled", "Task successfully scheduled.")
        }
        return .init(status: 200, body: "{}")
    }

    private func act(_ order: Order, _ state: inout State) -> HTTPServer.Answer {
        let parts = order.path.split(separator: "/Actions/", maxSplits: 1)
        guard parts.count == 2, case let owner = String(parts[0]), current(owner, state) != .null else {
            return .init(status: 404)
        }
        var change: [String: JSON]
        switch parts[1].split(separator: ".").last {
        case "InsertMedia":
            change = ["Image": order.body["Image"], "Inserted": .bool(true), "ConnectedVia": .string("URI")]
            // Some show the way out only then.
            let eject = JSON.object(["target": .string(owner + "/Actions/VirtualMedia.EjectMedia")])
            change["Actions"] = .object(["#VirtualMedia.EjectMedia": eject])
        case "EjectMedia":
            change = ["Image": .null, "Inserted": .bool(false), "ConnectedVia": .string("NotConnected")]
        case "Reset":
            change = ["PowerState": .string(order.body["ResetType"].string == "ForceOff" ? "Off" : "On")]
        case "SimpleUpdate":
            return job(&state, "TaskState", "Running", "Downloading")
        default: return .init(status: 404)
        }
        state.changed[owner] = Self.merged(current(owner, state), .object(change))
        return .init(status: 204)
    }

    private func job(_ state: inout State, _ word: String, _ value: String, _ text: String) -> HTTPServer.Answer {
        state.jobs += 1
        let path = "/redfish/v1/TaskService/Tasks/JID_\(state.jobs)"
        state.changed[path] = .object([
            "@odata.id": .string(path), "Id": .string("JID_\(state.jobs)"), word: .string(value),
            "PercentComplete": .integer(0), "Message": .string(text),
        ])
        return .init(status: 202, headers: ["Location": path], body: "")
    }

    // MARK: What is refused

    private func refusal(_ order: Order, _ found: JSON, _ tag: String?) -> HTTPServer.Answer? {
        let boot = order.body["Boot"]
        switch manner {
        case .plain, .dell: return nil
        case .dellAccounts:
            if order.path.hasSuffix("/Accounts") || order.method == "DELETE" { return .init(status: 405) }
            // As iDRACs do: a name goes with the role None alone.
            guard order.body["UserName"] == .string(""), order.body["RoleId"].string != "None" else { return nil }
            return Self.problem(400, "PropertyValueConflict", "the role is not None")
        case .lenovo:
            if boot["BootSourceOverrideEnabled"].string == "Continuous" {
                return Self.problem(400, "PropertyValueNotInList", "Continuous is not in the list of acceptable values")
            }
            guard order.method == "PATCH" else { return nil }
            guard let tag else { return Self.problem(428, "PreconditionRequired", "a tag must come along") }
            return tag == found["@odata.etag"].string ? nil : .init(status: 412)
        case .supermicro:
            guard order.path.hasSuffix("InsertMedia"), (order.body.object?.count ?? 0) > 1 else { return nil }
            return Self.problem(400, "ActionParameterUnknown", "Inserted is not known")
        case .hpe:
            if boot["BootSourceOverrideMode"] != .null {
                return Self.problem(400, "PropertyNotWritable", "the mode cannot be written")
            }
            let isDisabled = boot["BootSourceOverrideEnabled"].string == "Disabled"
            guard isDisabled, boot["BootSourceOverrideTarget"] != .null else { return nil }
            return Self.problem(400, "PropertyValueIncompatible", "None goes with no override")
        }
    }

    // MARK: JSON

    private static func problem(_ status: Int, _ id: String, _ text: String) -> HTTPServer.Answer {
        let message = JSON.object([
            "MessageId": .string("Base.1.8." + id), "Message": .string(text), "Severity": .string("Warning"),
        ])
        return .init(
            status: status,
            body: Self.text(.object(["error": .object(["@Message.ExtendedInfo": .array([message])])]))
        )
    }

    private static func text(_ json: JSON) -> String { String(decoding: json.octets, as: UTF8.self) }

    private static func merged(_ old: JSON, _ new: JSON) -> JSON {
        guard case .object(let before) = old, case .object(let after) = new else { return new }
        return .object(before.merging(after) { merged($0, $1) })
    }

    private static func plain(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}

/// Gives a gate to a recorded BMC that takes orders. Nothing waits: what does not show now never does.
func withLiveRecording<Result>(
    _ name: String,
    _ manner: LiveRecording.Manner = .plain,
    _ body: (BMCGate, LiveRecording) async throws -> Result
) async throws -> Result {
    let archive = try #require(RecordedService.archives.first { $0.contains("/trees/") && $0.contains(name) })
    let live = LiveRecording(try await RecordedService.load(archive), manner)
    return try await withRedfishGate(answer: live.answer) { gate, _ in try await body(gate, live) }
}
