#include "bd/kv.h"

#include "engine/base/text.h"

namespace bd {

Status CheckKvKey(std::string_view key) {
  if (key.empty()) return Invalid("invalid key: key cannot be empty");
  if (key.starts_with("kv."))
    return Invalid("invalid key: key cannot start with 'kv.' (would create nested prefix)");
  for (std::string_view prefix :
       {"sync.", "conflict.", "federation.", "jira.", "linear.", "gitlab.", "export.", "import.", "types.",
        "status.", "daemon.", "routing.", "validation."}) {
    if (key.starts_with(prefix)) {
      return Invalid(Cat("invalid key: key cannot start with reserved prefix ", Quote(prefix)));
    }
  }
  return Ok();
}

}  // namespace bd
