import Dispatch
import Glibc
import Synchronization

/// Runs `work` on a thread of its own, so that its blocking calls hold up no task.
func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        startThread { continuation.resume(returning: work()) }
    }
}

/// Waits for `work` from a thread that no task runs on. Cancels it, and answers nil at once, when `stop` is set.
func waitOutside<Result: Sendable>(
    until stop: StopFlag?,
    _ work: @escaping @Sendable () async -> Result
) -> Result? {
    let answer = Slot<Result>()
    let done = DispatchSemaphore(value: 0)
    let task = Task.detached {
        let result = await work()
        answer.value.withLock { $0 = result }
        done.signal()
    }
    guard done.wait(until: stop) else {
        task.cancel()
        return nil
    }
    return answer.value.withLock { $0 }
}

/// Waits for `work`, done on a thread of its own. Answers nil at once when `stop` is set; nobody hears then what comes
/// of the work, which ends by its own deadline.
func waitOutside<Result: Sendable>(
    until stop: StopFlag?,
    blocking work: @escaping @Sendable () -> Result
) -> Result? {
    guard let stop else { return work() }
    let answer = Slot<Result>()
    let done = DispatchSemaphore(value: 0)
    startThread {
        let result = work()
        answer.value.withLock { $0 = result }
        done.signal()
    }
    guard done.wait(until: stop) else { return nil }
    return answer.value.withLock { $0 }
}

extension DispatchSemaphore {
    /// False when `stop` was set before the signal came.
    fileprivate func wait(until stop: StopFlag?) -> Bool {
        while wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            if stop?.isSet == true { return false }
        }
        return true
    }
}

private final class Slot<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

private final class ThreadWork: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ run: @escaping @Sendable () -> Void) {
    let work = ThreadWork(run)
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        },
        Unmanaged.passRetained(work).toOpaque()
    )
    if code == 0 {
        pthread_detach(thread)
    } else {
        // No thread to be had: a queue of the system's will do, later.
        unsafe Unmanaged.passUnretained(work).release()
        DispatchQueue.global().async { run() }
    }
}
