import CLinux
import Glibc

/// What process 1 needs of processes: start one, wait for any. Everything else is for those it starts.
public enum ChildProcess {
    /// Starts `path` with the caller's standard descriptors. Returns its process id.
    public static func start(_ path: String, arguments: [String]) throws(KernelError) -> Int32 {
        var pointers: [UnsafePointer<CChar>?] = unsafe arguments.map { unsafe UnsafePointer(strdup($0)) }
        unsafe pointers.append(nil)
        defer {
            for index in unsafe pointers.indices { unsafe free(UnsafeMutablePointer(mutating: pointers[index])) }
        }
        return try kernel("fork", unsafe clinux_start(path, pointers), path)
    }

    /// Waits for any child to end: its id and its exit status, 128 and the number for a signal. Nil without children.
    public static func waitForAny() throws(KernelError) -> (process: Int32, status: Int32)? {
        var status: Int32 = 0
        let process = unsafe clinux_wait_any(&status)
        guard process != 0 &- ECHILD else { return nil }
        return (try kernel("waitpid", process), status)
    }

    /// Opens the console for those of descriptors 0, 1 and 2 that the kernel left closed.
    public static func openConsole() throws(KernelError) {
        try kernel("open", clinux_open_console(), "/dev/console")
    }
}
