import SMBIOS

/// An entry point is read or refused, a table is read as far as it goes, and every field of it is asked for; nothing
/// traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: data, count: count))
    if let entryPoint = try? EntryPoint(octets) {
        let start = Int(clamping: entryPoint.tableAddress)
        check(Table(octets.dropFirst(start), entryPoint: entryPoint))
        check(Table(octets, entryPoint: entryPoint))
    }
    for version in [SMBIOSVersion(2, 4), SMBIOSVersion(3, 0)] {
        check(Table(octets, entryPoint: EntryPoint(version: version, tableLength: count)))
    }
    return 0
}

private func check(_ table: Table) {
    _ = (table.firmware, table.system, table.baseboards, table.enclosures)
    _ = (table.processors, table.memoryArrays, table.memoryDevices)
    _ = (table.ipmiDevices, table.managementInterfaces, table.tpm)
    guard table.structures.allSatisfy({ $0.fields.count >= 4 && $0.fields.count == Int($0.fields[1]) }) else {
        fatalError("a structure is not as long as it says")
    }
}
