extension Inventory {
    /// What a disk says of its own health (NVMe's SMART log, ATA's SMART data, SCSI's log pages).
    public struct DiskHealth: Codable, Hashable, Sendable {
        public var verdict: Verdict?
        /// Why the verdict is not `ok`, a few words each.
        public var reasons: [String]?
        /// Percent of the endurance that is used up; may exceed 100.
        public var wear: Int?
        /// Percent of the spare blocks that are left.
        public var spare: Int?
        public var powerOnHours: Int?
        public var powerCycles: Int?
        /// Degrees Celsius.
        public var temperature: Int?
        /// What it should not exceed by its maker's word.
        public var temperatureMax: Int?
        /// Sectors that were replaced by spare ones.
        public var reallocated: Int?
        /// Sectors that could not be read and wait for being written.
        public var pending: Int?
        /// Errors in which data was lost.
        public var mediaErrors: Int?
        /// Octets that the machine read and wrote over the disk's life.
        public var octetsRead: Int?
        public var octetsWritten: Int?

        public enum Verdict: String, Codable, Hashable, Sendable {
            /// It says that it is well.
            case ok
            /// It works, and what it says is reason to look after it.
            case warning
            /// It says itself that it has failed or will soon.
            case failing
        }

        public init(
            verdict: Verdict? = nil,
            reasons: [String]? = nil,
            wear: Int? = nil,
            spare: Int? = nil,
            powerOnHours: Int? = nil,
            powerCycles: Int? = nil,
            temperature: Int? = nil,
            temperatureMax: Int? = nil,
            reallocated: Int? = nil,
            pending: Int? = nil,
            mediaErrors: Int? = nil,
            octetsRead: Int? = nil,
            octetsWritten: Int? = nil
        ) {
            self.verdict = verdict
            self.reasons = reasons
            self.wear = wear
            self.spare = spare
            self.powerOnHours = powerOnHours
            self.powerCycles = powerCycles
            self.temperature = temperature
            self.temperatureMax = temperatureMax
            self.reallocated = reallocated
            self.pending = pending
            self.mediaErrors = mediaErrors
            self.octetsRead = octetsRead
            self.octetsWritten = octetsWritten
        }

        private enum CodingKeys: String, CodingKey {
            case verdict, reasons, wear, spare
            case powerOnHours = "power_on_hours"
            case powerCycles = "power_cycles"
            case temperature
            case temperatureMax = "temperature_max"
            case reallocated, pending
            case mediaErrors = "media_errors"
            case octetsRead = "octets_read"
            case octetsWritten = "octets_written"
        }
    }
}
