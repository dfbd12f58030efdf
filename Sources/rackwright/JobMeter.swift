import OperatorCLI
import Synchronization

/// A progress bar on standard error: rewritten in place on a terminal, a line for every tenth otherwise.
final class JobMeter: Sendable {
    private struct State {
        var shownAt = 0.0
        var shown: (tenth: UInt64, isWhole: Bool)?
        var last: (done: UInt64, total: UInt64?) = (0, nil)
        var hasBegun = false
    }

    private let bar: ProgressBar
    private let state = Mutex(State())

    init(label: String, countsOctets: Bool = true) {
        bar = ProgressBar(label: label, startedAt: Terminal.errors.look.now, countsOctets: countsOctets)
    }

    func show(_ done: UInt64, of total: UInt64?) {
        let look = Terminal.errors.look
        state.withLock { state in
            state.last = (done, total)
            let isWhole = total.map { $0 > 0 && done >= $0 } ?? false
            if Terminal.errors.isTerminal {
                guard look.now - state.shownAt >= 0.1 || (isWhole && state.shown?.isWhole != true) else { return }
                Terminal.errors.write("\r\u{1B}[2K" + bar.line(done: done, total: total, look))
            } else {
                guard let total, total > 0, done > 0 else { return }
                let tenth = min(10, UInt64(Double(done) / Double(total) * 10))
                guard state.shown.map({ tenth > $0.tenth }) ?? true else { return }
                Terminal.errors.line(bar.line(done: done, total: total, look))
                state.shown = (tenth, isWhole)
            }
            state.shownAt = look.now
            state.shown = state.shown ?? (0, isWhole)
            state.shown?.isWhole = isWhole
            state.hasBegun = true
        }
    }

    /// Leaves the line.
    func end() {
        guard Terminal.errors.isTerminal else { return }
        let last = state.withLock { $0.hasBegun ? $0.last : nil }
        guard let last else { return }
        Terminal.errors.line("\r\u{1B}[2K" + bar.line(done: last.done, total: last.total, Terminal.errors.look))
    }
}
