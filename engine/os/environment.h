// What the process was given: variables, user, host, terminal.
#pragma once

#include <cstdint>
#include <string>

namespace bd::os {

// The value, or empty if it is unset (no setting of ours tells the two apart).
std::string GetEnv(const char* name);
bool HasEnv(const char* name);
std::string HostName();
int ProcessId();
uint32_t EffectiveUser();
bool IsTerminal(int fd);
// Columns of the terminal on that descriptor, 0 if it is none.
int TerminalWidth(int fd);

}  // namespace bd::os
