import AgentCore

AgentProgram.main()
