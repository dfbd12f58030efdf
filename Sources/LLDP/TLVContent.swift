public import Octets

/// What one kind of TLV carries, as a value.
public protocol TLVContent: Hashable, Sendable {
    static var kind: TLVKind { get }

    /// Reads what stands behind the header; octets that are left are those of a later edition of the standard.
    init(reading reader: inout OctetReader) throws(WireError)

    func write(to octets: inout [UInt8])
}

extension TLV {
    public init<Content: TLVContent>(_ content: Content) throws(WireError) {
        var octets: [UInt8] = []
        content.write(to: &octets)
        try self.init(Content.kind, content: octets)
    }

    /// What the TLV says; nothing where it is of another kind.
    public func read<Content: TLVContent>(_: Content.Type) throws(WireError) -> Content? {
        guard kind == Content.kind else { return nil }
        var reader = OctetReader(content)
        return try Content(reading: &reader)
    }

    /// The content as text, without the zeros that some write behind it.
    public var text: String? {
        let octets = content.prefix(content.count - content.reversed().prefix { $0 == 0 }.count)
        return octets.isEmpty ? nil : String(decoding: octets, as: UTF8.self)
    }
}

extension LLDPDU {
    /// Every TLV of the kind that can be read; one that cannot says nothing.
    public func all<Content: TLVContent>(_: Content.Type) -> [Content] {
        others.compactMap { (try? $0.read(Content.self)) ?? nil }
    }

    public func first<Content: TLVContent>(_ type: Content.Type) -> Content? {
        all(type).first
    }

    /// The text of the first TLV of this kind, where it is not empty.
    public func text(_ kind: TLVKind) -> String? {
        others.first { $0.kind == kind }?.text
    }

    public var portDescription: String? { text(.basic(.portDescription)) }
    public var systemName: String? { text(.basic(.systemName)) }
    public var systemDescription: String? { text(.basic(.systemDescription)) }
}
