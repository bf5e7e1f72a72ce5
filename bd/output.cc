#include "bd/output.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/os/environment.h"

namespace bd {

namespace {

constexpr int kWidthMin = 40;

std::string_view Code(Style style) {
  switch (style) {
    case Style::kPlain: return "";
    case Style::kId: return "36";
    case Style::kDim: return "2";
    case Style::kBold: return "1";
    case Style::kGood: return "32";
    case Style::kWarn: return "33";
    case Style::kBad: return "31";
    case Style::kAccent: return "35";
  }
  return "";
}

}  // namespace

Terminal Terminal::Detect() {
  constexpr int kStandardOutput = 1;
  const bool terminal = os::IsTerminal(kStandardOutput);
  const std::string force = os::GetEnv("CLICOLOR_FORCE");
  Terminal facts;
  facts.colour = (terminal || (!force.empty() && force != "0")) && os::GetEnv("NO_COLOR").empty() &&
                 os::GetEnv("CLICOLOR") != "0" && os::GetEnv("TERM") != "dumb";
  if (terminal) facts.width = std::max(os::TerminalWidth(kStandardOutput), kWidthMin);
  facts.agent = os::GetEnv("BD_AGENT_MODE") == "1" || !os::GetEnv("CLAUDE_CODE").empty();
  return facts;
}

void Output::Line(std::string_view text) {
  text_.append(text);
  text_.push_back('\n');
}

std::string Output::Styled(Style style, std::string_view text) const {
  if (!terminal_.colour || style == Style::kPlain) return std::string(text);
  return Cat("\x1b[", Code(style), "m", text, "\x1b[0m");
}

std::string Output::Fit(std::string_view text, int used) const {
  if (terminal_.width == 0) return std::string(text);
  return FitWidth(text, std::max(terminal_.width - used, 12));
}

std::string_view StatusIcon(std::string_view status) {
  if (status == "open") return "○";
  if (status == "in_progress") return "◐";
  if (status == "blocked") return "●";
  if (status == "closed") return "✓";
  if (status == "deferred") return "❄";
  if (status == "pinned") return "📌";
  return "?";
}

std::string PriorityMark(int64_t priority) { return Cat("● P", priority); }

std::string StyledPriority(const Output& out, int64_t priority) {
  const Style style = priority == 0 ? Style::kBad : priority == 1 ? Style::kWarn : Style::kPlain;
  return out.Styled(style, PriorityMark(priority));
}

std::string StyledStatusIcon(const Output& out, std::string_view status) {
  const Style style = status == "in_progress" ? Style::kWarn
                      : status == "blocked"   ? Style::kBad
                      : status == "closed"    ? Style::kDim
                                              : Style::kPlain;
  return out.Styled(style, StatusIcon(status));
}

}  // namespace bd
