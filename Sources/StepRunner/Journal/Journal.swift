import FoundationEssentials
import Glibc

/// The journal of one bundle: one JSON line for each thing that began, ended or was replaced, kept over power cuts.
///
/// A last line that is torn was being written when the power went: what it would have said has not happened.
final class Journal {
    private let path: String
    private let descriptor: Int32
    private let fault: JournalFault?
    private var appended = 0
    private(set) var entries: [JournalEntry] = []
    private(set) var ended: [String: UnitResult] = [:]
    private var began: Set<String> = []
    private(set) var saved: [SavedFile] = []
    /// By unit, the boot that was to end on its behalf.
    private(set) var restarting: [String: String] = [:]

    init(path: String, fault: JournalFault? = nil) throws {
        self.path = path
        self.fault = fault
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError("opening the journal \(path): \(errorText(errno))") }
        let octets = try NodeFiles(root: "").read(path, limit: 1 << 30)
        var good = 0
        while let end = octets[good...].firstIndex(of: 0x0A) {
            do {
                let entry = try JSONDecoder().decode(JournalEntry.self, from: Data(octets[good..<end]))
                note(entry)
            } catch {
                guard end == octets.count - 1 else {
                    throw JournalError("the journal \(path) is damaged at octet \(good): \(error)")
                }
                break
            }
            good = end + 1
        }
        if good < octets.count, ftruncate(descriptor, off_t(good)) != 0 {
            throw JournalError("cutting a torn line off the journal \(path): \(errorText(errno))")
        }
        synchronize(folderAt: folder(of: path))
    }

    deinit { close(descriptor) }

    /// Adds a line. With `durably` it is on the disk when this returns, and all lines before it.
    func append(_ entry: JournalEntry, durably: Bool = true) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var line: [UInt8]
        do {
            line = try [UInt8](encoder.encode(entry)) + [0x0A]
        } catch {
            throw JournalError("writing down an entry of the journal \(path): \(error)")
        }
        appended += 1
        let moment = fault?(appended) ?? .none
        if moment == .before { throw Crash() }
        if moment == .torn { line.removeLast(line.count / 2) }
        var sent = 0
        while sent < line.count {
            let count = unsafe line.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress?.advanced(by: sent), line.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw JournalError("writing the journal \(path): \(errorText(errno))") }
            sent += count
        }
        if durably, fdatasync(descriptor) != 0 {
            throw JournalError("synchronizing the journal \(path): \(errorText(errno))")
        }
        if moment != .none { throw Crash() }
        note(entry)
    }

    /// A unit that was started and about whose end nothing is known.
    func wasInterrupted(_ unit: String) -> Bool {
        began.contains(unit) && ended[unit] == nil
    }

    /// Whether anything was done of which something may be left.
    var hasBegun: Bool { !began.isEmpty }

    private func note(_ entry: JournalEntry) {
        entries.append(entry)
        switch entry {
        case .began(let unit): began.insert(unit)
        case .ended(let unit, let result): ended[unit] = result
        case .saved(let file): saved.append(file)
        case .restarting(let unit, let boot): restarting[unit] = boot
        case .opened, .savedContainer, .rollingBack, .finished: break
        }
    }
}

/// An error that no `rescue` and no `ignore_errors` may swallow.
protocol EndsRun: Error {}

/// The journal cannot be kept, so nothing further may be done.
struct JournalError: EndsRun, Hashable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// The run was told to stop: it is given up.
struct Stopped: EndsRun {}

/// In tests: the power went.
struct Crash: EndsRun {}

/// In tests: what happens while the n-th line, from 1, is written.
typealias JournalFault = @Sendable (Int) -> JournalMoment

enum JournalMoment: CaseIterable, Sendable {
    case none, before, torn, after
}
