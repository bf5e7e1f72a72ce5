# The next version, which speaks another protocol with its daemon; the store is the same.
differs(bd/version.h "kVersion = \"[^\"]*\"" "kVersion = \"0.50.0\"")
differs(bd/wire.h "kWireProtocol = 1;" "kWireProtocol = 2;")
