extension Inventory {
    /// How a machine did when it was tried out at inspection.
    public struct Health: Codable, Hashable, Sendable {
        /// How long it was tried out.
        public var depth: Depth
        /// Seconds of all checks together.
        public var duration: Double?
        public var cpu: Processors?
        public var memory: Memory?
        /// Absent where none was read.
        public var disks: [Disk]?
        public var nics: [NIC]?
        /// When the checks ended, in seconds since 1970 by the machine's own clock.
        public var endedAt: Double?

        /// How thoroughly a machine is tried out.
        public enum Depth: String, Codable, Hashable, Sendable, CaseIterable {
            case off
            /// About a second for each kind of part.
            case quick
            /// About ten seconds for each kind.
            case long
            /// As long as an operator ordered.
            case burnIn = "burn-in"
        }

        public init(
            depth: Depth,
            duration: Double? = nil,
            cpu: Processors? = nil,
            memory: Memory? = nil,
            disks: [Disk]? = nil,
            nics: [NIC]? = nil,
            endedAt: Double? = nil
        ) {
            self.depth = depth
            self.duration = duration
            self.cpu = cpu
            self.memory = memory
            self.disks = disks
            self.nics = nics
            self.endedAt = endedAt
        }

        private enum CodingKeys: String, CodingKey {
            case depth, duration, cpu, memory, disks, nics
            case endedAt = "ended_at"
        }

        /// The same computation on all threads at once.
        public struct Processors: Codable, Hashable, Sendable {
            /// Blocks of the computation a second, of the thread in the middle.
            public var rate: Double?
            /// Of the slowest and of the fastest.
            public var slowest: Double?
            public var fastest: Double?
            /// How many threads were tried.
            public var threads: Int
            /// Blocks whose result was wrong.
            public var mismatches: Int
            /// The kernel's numbers of the threads that are much slower than the one in the middle.
            public var stragglers: [Int]
            /// Seconds.
            public var duration: Double

            public init(
                rate: Double? = nil,
                slowest: Double? = nil,
                fastest: Double? = nil,
                threads: Int,
                mismatches: Int,
                stragglers: [Int],
                duration: Double
            ) {
                self.rate = rate
                self.slowest = slowest
                self.fastest = fastest
                self.threads = threads
                self.mismatches = mismatches
                self.stragglers = stragglers
                self.duration = duration
            }
        }

        /// Memory that was free, written with patterns and read back.
        public struct Memory: Codable, Hashable, Sendable {
            /// MB/s that all threads together wrote and read.
            public var bandwidth: Double?
            /// Octets that were tried.
            public var tested: Int
            /// Words of eight octets that did not read as they were written.
            public var mismatches: Int
            public var threads: Int
            /// Seconds.
            public var duration: Double

            public init(bandwidth: Double? = nil, tested: Int, mismatches: Int, threads: Int, duration: Double) {
                self.bandwidth = bandwidth
                self.tested = tested
                self.mismatches = mismatches
                self.threads = threads
                self.duration = duration
            }
        }

        /// A disk that was read past the kernel's cache, and overwritten where that was approved.
        public struct Disk: Codable, Hashable, Sendable {
            /// The kernel's name, such as `sda`.
            public var name: String
            /// MB/s of reading at its beginning, in its middle and at its end.
            public var start: Double?
            public var middle: Double?
            public var end: Double?
            /// Milliseconds for reading 4 KiB anywhere: on average, and the longest.
            public var latency: Double?
            public var latencyMax: Double?
            /// Reads and writes that failed.
            public var errors: Int
            /// Octets that were overwritten and read back; absent where the disk was only read.
            public var written: Int?
            /// Pieces of 1 MiB that did not read as they were written.
            public var mismatches: Int?
            /// MB/s of writing.
            public var writing: Double?
            /// What the disk says it is, for when the kernel names disks anew; only where it was overwritten.
            public var serial: String?
            /// Seconds.
            public var duration: Double

            public init(
                name: String,
                start: Double? = nil,
                middle: Double? = nil,
                end: Double? = nil,
                latency: Double? = nil,
                latencyMax: Double? = nil,
                errors: Int,
                duration: Double
            ) {
                self.name = name
                self.start = start
                self.middle = middle
                self.end = end
                self.latency = latency
                self.latencyMax = latencyMax
                self.errors = errors
                self.duration = duration
            }

            private enum CodingKeys: String, CodingKey {
                case name, start, middle, end, latency
                case latencyMax = "latency_max"
                case errors, duration, written, mismatches, writing, serial
            }
        }

        /// A network interface while the machine was tried out.
        public struct NIC: Codable, Hashable, Sendable {
            /// The kernel's name, such as `eth0`.
            public var name: String
            /// Whether there was a carrier at the end.
            public var link: Bool?
            /// Mbit/s, as it is and at its best.
            public var speed: Int?
            public var speedMax: Int?
            /// Frames that came or went wrong since the interface is there, and during the checks.
            public var errorsTotal: Int?
            public var errors: Int?
            /// Octets a second that came from the controller; only of the interface by which it is reached.
            public var throughput: Int?
            /// Seconds between the two counts.
            public var duration: Double

            public init(
                name: String,
                link: Bool? = nil,
                speed: Int? = nil,
                speedMax: Int? = nil,
                errorsTotal: Int? = nil,
                errors: Int? = nil,
                duration: Double
            ) {
                self.name = name
                self.link = link
                self.speed = speed
                self.speedMax = speedMax
                self.errorsTotal = errorsTotal
                self.errors = errors
                self.duration = duration
            }

            private enum CodingKeys: String, CodingKey {
                case name, link, speed
                case speedMax = "speed_max"
                case errorsTotal = "errors_total"
                case errors, duration, throughput
            }
        }
    }
}
