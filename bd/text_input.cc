#include "bd/text_input.h"

#include "bd/time_expression.h"
#include "engine/base/text.h"
#include "engine/os/files.h"

namespace bd {

Result<std::string> ReadTextFile(const std::string& path) {
  Result<std::string> text = os::ReadFile(path);
  if (!text && text.error().code == Code::kIo)
    text.error().message = Cat("read ", path, ": ", text.error().message);
  return text;
}

Result<std::optional<std::string>> ReadDescription(const Invocation& invocation) {
  const FlagValues& flags = invocation.flags;
  if (flags.Has("body-file")) {
    if (flags.Has("description")) {
      return Invalid("cannot specify both --body-file and --description/--body/--message");
    }
    const std::string path = flags.Text("body-file");
    if (path == "-") return std::optional<std::string>(TRY(invocation.ReadInput()));
    Result<std::string> text = ReadTextFile(path);
    if (!text) return Invalid(Cat("failed to read body file: ", text.error().message));
    return std::optional<std::string>(std::move(*text));
  }
  if (!flags.Has("description")) return std::optional<std::string>();
  std::string text = flags.Text("description");
  if (text == "-") text = TRY(invocation.ReadInput());
  return std::optional<std::string>(std::move(text));
}

Result<std::optional<Time>> ReadMomentFlag(const Invocation& invocation, std::string_view flag,
                                           std::string_view example) {
  const std::string text = invocation.flags.Text(flag);
  if (text.empty()) return std::optional<Time>();
  std::optional<Time> time = ParseTimeExpression(text, invocation.now);
  if (time) return time;
  return Invalid(Cat("invalid --", flag, " format ", Quote(text), ". Examples: ", example,
                     ", tomorrow, next monday, 2025-01-15"));
}

void NotePastDefer(Invocation& invocation, const Time& moment) {
  if (moment > invocation.now) return;
  invocation.notes.push_back(Cat("! Defer date ", Quote(FormatMinute(moment)),
                                 " is in the past. Issue will appear in bd ready immediately."));
  invocation.notes.push_back("  Did you mean a future date? Use --defer=+1h or --defer=tomorrow");
}

}  // namespace bd
