import CLinux
import Glibc

/// A network namespace that has a file (ip-netns(8)).
public struct NetworkNamespace: ~Copyable {
    private let descriptor: Int32

    /// - Parameter path: such as `/run/netns/rack`.
    public init(path: String) throws(KernelError) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KernelError(call: "open", code: errno, detail: path) }
    }

    deinit { close(descriptor) }

    /// Does something in the namespace: sockets made there stay there. The thread is back in its own afterwards.
    public func inside<Value>(_ body: () throws -> Value) throws -> Value {
        let home = try Self(path: "/proc/thread-self/ns/net")
        try enter()
        let result = Result { try body() }
        do {
            try home.enter()
        } catch {
            // The thread serves others as well, who must not find themselves elsewhere.
            fatalError("cannot leave a network namespace: \(error)")
        }
        return try result.get()
    }

    private func enter() throws(KernelError) {
        try kernel("setns", clinux_enter_network(descriptor))
    }
}
