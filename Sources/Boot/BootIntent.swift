/// What the controller wants of a machine that boots now.
public enum BootIntent: Hashable, Sendable {
    /// Boot the ramdisk; the token is good for one check-in.
    case ramdisk(token: String)
    /// Boot what is installed.
    case disk
    /// Nothing yet: the machine shows the reason and asks again, a bounded number of times.
    case none(reason: String)
    /// It is not ours: it is left alone and gets no boot answer.
    case ignore(reason: String)
}
