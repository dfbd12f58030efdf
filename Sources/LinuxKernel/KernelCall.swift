/// Turns a call's `-errno` into an error; gives its other results back.
@discardableResult
func kernel(_ call: String, _ result: Int32, _ detail: String? = nil) throws(KernelError) -> Int32 {
    guard result < 0 else { return result }
    throw KernelError(call: call, code: 0 &- result, detail: detail)
}
