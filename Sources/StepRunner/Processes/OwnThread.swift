import Dispatch
import Glibc
import Synchronization

/// Runs `work` on a thread of its own, so that its blocking calls hold up no task.
func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
        startThread { continuation.resume(returning: work()) }
    }
}

/// Waits for `work` from a thread that no task runs on.
func waitOutside<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) -> Result? {
    let answer = Slot<Result>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        let result = await work()
        answer.value.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    return answer.value.withLock { $0 }
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
