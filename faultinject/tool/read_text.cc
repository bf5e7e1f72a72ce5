#include "faultinject/tool/read_text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "faultinject/tool/options.h"

namespace fault {

std::string ReadTextOrEnd(const std::string& path) {
  FILE* file = fopen(path.c_str(), "r");
  if (file == nullptr) UsageError(path + ": cannot be read: " + strerror(errno));
  std::string text;
  char block[4096];
  for (size_t got = 0; (got = fread(block, 1, sizeof block, file)) > 0;) text.append(block, got);
  // A directory can be opened, and says only here what it is.
  if (ferror(file) != 0) UsageError(path + ": cannot be read: " + strerror(errno));
  fclose(file);
  return text;
}

void RefuseText(const std::string& name, const TextError& error) {
  UsageError(name + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": " +
             error.message);
}

}  // namespace fault
