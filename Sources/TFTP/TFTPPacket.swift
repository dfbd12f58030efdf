public import Octets

/// One TFTP packet (RFC 1350 with the options of RFC 2347).
public enum TFTPPacket: Hashable, Sendable {
    case readRequest(file: String, mode: String, options: TFTPOptions)
    case writeRequest(file: String, mode: String, options: TFTPOptions)
    case data(block: UInt16, octets: ArraySlice<UInt8>)
    case acknowledgement(block: UInt16)
    case error(TFTPErrorCode, message: String)
    case optionAcknowledgement(TFTPOptions)
}

/// The number in an ERROR packet (RFC 1350 section 5, RFC 2347).
public struct TFTPErrorCode: RawRepresentable, Hashable, Sendable {
    public static let undefined = Self(rawValue: 0)
    public static let fileNotFound = Self(rawValue: 1)
    public static let accessViolation = Self(rawValue: 2)
    public static let diskFull = Self(rawValue: 3)
    public static let illegalOperation = Self(rawValue: 4)
    public static let unknownTransfer = Self(rawValue: 5)
    public static let optionRefused = Self(rawValue: 8)

    public var rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }
}

extension TFTPPacket {
    /// Reads a UDP payload.
    public init(parsing octets: some Collection<UInt8>) throws(WireError) {
        var reader = OctetReader(octets)
        let opcode: UInt16 = try reader.readInteger()
        switch opcode {
        case 1, 2:
            let file = try reader.readText()
            let mode = try reader.readText().lowercased()
            let options = try TFTPOptions(reading: &reader)
            self =
                opcode == 1
                ? .readRequest(file: file, mode: mode, options: options)
                : .writeRequest(file: file, mode: mode, options: options)
        case 3:
            let block: UInt16 = try reader.readInteger()
            self = .data(block: block, octets: reader.readRemaining())
        case 4:
            self = .acknowledgement(block: try reader.readInteger())
        case 5:
            let code = TFTPErrorCode(rawValue: try reader.readInteger())
            // Some firmware leaves out the zero after the text, or the text.
            let message = reader.readRemaining().prefix { $0 != 0 }
            self = .error(code, message: String(decoding: message, as: UTF8.self))
        case 6:
            self = .optionAcknowledgement(try TFTPOptions(reading: &reader))
        default:
            throw .invalid(field: "opcode", value: UInt64(opcode))
        }
    }

    /// The UDP payload.
    public var octets: [UInt8] {
        var octets: [UInt8] = []
        switch self {
        case .readRequest(let file, let mode, let options):
            octets.append(bigEndian: 1 as UInt16)
            octets.append(text: file)
            octets.append(text: mode)
            options.write(to: &octets)
        case .writeRequest(let file, let mode, let options):
            octets.append(bigEndian: 2 as UInt16)
            octets.append(text: file)
            octets.append(text: mode)
            options.write(to: &octets)
        case .data(let block, let data):
            octets.append(bigEndian: 3 as UInt16)
            octets.append(bigEndian: block)
            octets += data
        case .acknowledgement(let block):
            octets.append(bigEndian: 4 as UInt16)
            octets.append(bigEndian: block)
        case .error(let code, let message):
            octets.append(bigEndian: 5 as UInt16)
            octets.append(bigEndian: code.rawValue)
            octets.append(text: message)
        case .optionAcknowledgement(let options):
            octets.append(bigEndian: 6 as UInt16)
            options.write(to: &octets)
        }
        return octets
    }
}

extension OctetReader {
    mutating func readText() throws(WireError) -> String {
        String(decoding: try readUntilZero(), as: UTF8.self)
    }
}

extension [UInt8] {
    mutating func append(text: String) {
        self += text.utf8.filter { $0 != 0 }
        append(0)
    }
}
