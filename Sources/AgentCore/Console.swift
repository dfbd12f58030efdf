import Glibc

/// Short lines for whoever looks at the machine: on descriptor 2, the console in the ramdisk, the journal on a host.
enum Console {
    static func say(_ line: String) {
        let text = Array("rackwright-agent: \(line)\n".utf8)
        var rest = text[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
