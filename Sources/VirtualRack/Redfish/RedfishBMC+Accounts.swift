import FoundationEssentials

/// Who may do what: sessions and accounts.
extension RedfishBMC {
    /// The account that a request is by.
    func authorize(_ request: Request, _ faults: [BMCFault]) throws(RedfishProblem) -> Int {
        let now = Date()
        state.forgetIdleSessions(now)
        if let token = request.token {
            if faults.contains(.droppedSession) {
                state.sessions.removeAll()
                machine.faults.clear(BMCFault.droppedSession.name)
            }
            guard let id = state.sessions.first(where: { $0.value.token == token })?.key,
                let account = state.sessions[id]?.account, state.accounts[account]?.isEnabled == true
            else { throw RedfishProblem(.noCredentials) }
            state.sessions[id]?.used = now
            return account
        }
        guard let authorization = request.authorization, authorization.lowercased().hasPrefix("basic "),
            let octets = Data(base64Encoded: String(authorization.dropFirst(6)))
        else { throw RedfishProblem(.noCredentials) }
        let parts = String(decoding: octets, as: UTF8.self).split(
            separator: ":",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2, let account = logIn(String(parts[0]), String(parts[1]), faults) else {
            throw RedfishProblem(.noCredentials)
        }
        return account
    }

    func allow(_ account: Int, _ operation: Operation?, _ path: String) throws(RedfishProblem) {
        guard let operation else { return try refuseOldPassword(of: account, path) }
        guard let role = state.accounts[account]?.role else { return }
        // Everybody may change their own password, and nothing else of their account.
        if operation == .changeAccount("\(account)"), role.privileges.contains(.configureSelf) { return }
        try refuseOldPassword(of: account, path)
        guard role.privileges.contains(operation.privilege) else { throw RedfishProblem(.noPrivilege) }
    }

    /// An account whose password must be changed sees itself and its own account alone (DSP0266 section 13.3.7).
    private func refuseOldPassword(of account: Int, _ path: String) throws(RedfishProblem) {
        let own = "\(RedfishPath.accounts)/\(account)"
        guard state.accounts[account]?.mustChangePassword == true, path != own,
            !path.hasPrefix(RedfishPath.sessions + "/")
        else { return }
        throw RedfishProblem(.passwordChangeRequired(at: own))
    }

    private func logIn(_ user: String, _ password: String, _ faults: [BMCFault]) -> Int? {
        guard !user.isEmpty, var account = state.accounts.first(where: { $0.value.user == user && $0.value.isEnabled })
        else {
            note(.loginFailed(user))
            return nil
        }
        defer { state.accounts[account.key] = account.value }
        let limits: [Int] = faults.compactMap { if case .lockOut(let count) = $0 { count } else { nil } }
        account.value.isLocked = limits.contains { account.value.failures >= $0 }
        guard account.value.password == password, !account.value.isLocked else {
            account.value.failures += 1
            account.value.isLocked = limits.contains { account.value.failures >= $0 }
            note(.loginFailed(user))
            return nil
        }
        account.value.failures = 0
        return account.key
    }

    // MARK: Sessions

    func openSession(_ body: [UInt8], _ faults: [BMCFault]) throws(RedfishProblem) -> Answer {
        let members = try Self.members(body)
        guard let user = members["UserName"]?.text else { throw RedfishProblem(.missing("UserName")) }
        guard let password = members["Password"]?.text else { throw RedfishProblem(.missing("Password")) }
        guard let account = logIn(user, password, faults) else {
            throw RedfishProblem(.wrongLogin(at: RedfishPath.sessions, user: user))
        }
        let now = Date()
        state.forgetIdleSessions(now)
        guard state.sessions.count < RedfishState.sessionLimit, !faults.contains(.outOfSessions) else {
            throw RedfishProblem(.noSessionFree)
        }
        var random = SystemRandomNumberGenerator()
        let token = (0..<2).map { _ in String(random.next(), radix: 36) }.joined()
        let id = state.nextNumber()
        state.sessions[id] = RedfishState.Session(account: account, token: token, created: now, used: now)
        let path = "\(RedfishPath.sessions)/\(id)"
        return Answer(
            status: 201,
            headers: ["X-Auth-Token": token, "Location": path],
            body: [
                "@odata.id": .string(path), "@odata.type": "#Session.v1_7_0.Session", "Id": .string("\(id)"),
                "Name": .string("Session \(id)"), "UserName": .string(user), "CreatedTime": RedfishTree.time(now),
            ]
        )
    }

    func closeSession(_ id: String, _ path: String) throws(RedfishProblem) -> Answer {
        guard let id = Int(id), state.sessions.removeValue(forKey: id) != nil else {
            throw RedfishProblem(.nothing(at: path))
        }
        return .done
    }

    // MARK: Accounts

    func addAccount(_ body: [UInt8], _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        let members = try Self.members(body)
        guard !state.hasSlots else { throw RedfishProblem(.notAllowed) }
        for name in ["UserName", "Password", "RoleId"] where members[name] == nil {
            throw RedfishProblem(.missing(name))
        }
        var account = RedfishState.Account(user: "", password: "", role: .readOnly)
        try write(members, to: &account, isOwn: false)
        let id = (state.accounts.keys.max() ?? 0) + 1
        state.accounts[id] = account
        let path = "\(RedfishPath.accounts)/\(id)"
        var answer = await show(path, status: 201, faults)
        answer.headers["Location"] = path
        return answer
    }

    func changeAccount(_ id: String, _ request: Request, _ faults: [BMCFault]) async throws(RedfishProblem) -> Answer {
        guard let number = Int(id), var account = state.accounts[number] else {
            throw RedfishProblem(.nothing(at: request.path))
        }
        let asker = try authorize(request, [])
        let isOwn = state.accounts[asker]?.role.privileges.contains(.configureUsers) != true
        let members = try Self.members(request.body)
        let isEmptied = state.hasSlots && members["UserName"]?.text?.isEmpty == true
        if isEmptied { try keepAdministrator(account) }
        try write(members, to: &account, isOwn: isOwn)
        if members["Password"] != nil, asker == number { account.mustChangePassword = false }
        state.accounts[number] = isEmptied ? .empty : account
        if isEmptied { state.sessions = state.sessions.filter { $0.value.account != number } }
        return await show(request.path, faults)
    }

    private func write(
        _ members: [String: JSON],
        to account: inout RedfishState.Account,
        isOwn: Bool
    ) throws(RedfishProblem) {
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if isOwn, name != "Password" { throw RedfishProblem(.noPrivilege) }
            switch name {
            case "UserName":
                let user = try Self.text(value, name)
                if user.isEmpty, state.hasSlots { continue }
                guard (1...20).contains(user.utf8.count), !user.contains(":") else {
                    throw RedfishProblem(.notInList(user, name))
                }
                guard user == account.user || !state.accounts.values.contains(where: { $0.user == user }) else {
                    throw RedfishProblem(.exists("ManagerAccount", name, user))
                }
                account.user = user
            case "Password":
                let password = try Self.text(value, name)
                guard (1...20).contains(password.utf8.count) else { throw RedfishProblem(.notInList("******", name)) }
                account.password = password
            case "RoleId":
                let text = try Self.text(value, name)
                guard let role = Role(rawValue: text) else { throw RedfishProblem(.notInList(text, name)) }
                account.role = role
            case "Enabled":
                guard let isEnabled = value.bool else { throw RedfishProblem(.wrongType(value, name)) }
                account.isEnabled = isEnabled
            case "PasswordChangeRequired":
                guard let mustChange = value.bool else { throw RedfishProblem(.wrongType(value, name)) }
                account.mustChangePassword = mustChange
            case "Locked":
                guard let isLocked = value.bool else { throw RedfishProblem(.wrongType(value, name)) }
                // A service locks by itself alone (DSP0268, ManagerAccount).
                guard !isLocked else { throw RedfishProblem(.notInList("true", name)) }
                account.isLocked = false
                account.failures = 0
            case "AccountTypes": break
            case "Id", "Name", "Links", "@odata.id", "@odata.type": throw RedfishProblem(.notWritable(name))
            default: throw RedfishProblem(.unknown(name))
            }
        }
    }

    func removeAccount(_ id: String, _ path: String) throws(RedfishProblem) -> Answer {
        guard let number = Int(id), let account = state.accounts[number] else {
            throw RedfishProblem(.nothing(at: path))
        }
        guard !state.hasSlots else { throw RedfishProblem(.notAllowed) }
        try keepAdministrator(account)
        state.accounts[number] = nil
        state.sessions = state.sessions.filter { $0.value.account != number }
        return .done
    }

    private func keepAdministrator(_ account: RedfishState.Account) throws(RedfishProblem) {
        let administrators = state.accounts.values.count { $0.role == .administrator && !$0.user.isEmpty }
        if account.role == .administrator, administrators == 1 { throw RedfishProblem(.keep) }
    }
}
