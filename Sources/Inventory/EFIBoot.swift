extension Inventory {
    /// What the UEFI firmware starts, and in which order (UEFI 2.10 section 3.3).
    public struct EFIBoot: Codable, Hashable, Sendable {
        /// The number of the entry that started this boot, four digits such as `0001`.
        public var current: String?
        /// The numbers in the order in which they are tried.
        public var order: [String]?
        public var entries: [Entry]
        /// Whether the firmware takes keys from anyone, and so enforces nothing that it could not be talked out of.
        public var setupMode: Bool?

        public struct Entry: Codable, Hashable, Sendable {
            /// Four hexadecimal digits, as in `Boot0001`.
            public var number: String
            public var name: String?
            /// Whether it is tried.
            public var active: Bool?
            /// The device path as text, such as `HD(1,GPT,…)/File(\EFI\BOOT\BOOTX64.EFI)`.
            public var path: String?

            public init(number: String, name: String? = nil, active: Bool? = nil, path: String? = nil) {
                self.number = number
                self.name = name
                self.active = active
                self.path = path
            }
        }

        public init(current: String? = nil, order: [String]? = nil, entries: [Entry] = [], setupMode: Bool? = nil) {
            self.current = current
            self.order = order
            self.entries = entries
            self.setupMode = setupMode
        }

        private enum CodingKeys: String, CodingKey {
            case current, order, entries
            case setupMode = "setup_mode"
        }

        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            current = try values.decodeIfPresent(String.self, forKey: .current)
            order = try values.decodeIfPresent([String].self, forKey: .order)
            entries = try values.decodeIfPresent([Entry].self, forKey: .entries) ?? []
            setupMode = try values.decodeIfPresent(Bool.self, forKey: .setupMode)
        }
    }
}
