// One issue and its line: what is written can be read back, what was read is written as it stood. The
// lines come from a writer of the test's own, which follows the description of the format and knows
// nothing of the engine's tables.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/base/text.h"
#include "engine/types/issue_json.h"
#include "tests/property/generators.h"

namespace bd {
namespace {

using arbitrary::Chance;
using arbitrary::Get;

enum class Kind { kText, kInteger, kTrue, kTime, kJson, kTexts, kEdges, kComments };

struct Key {
  std::string_view name;
  Kind kind;
  bool always = false;
};

// The keys in the order of the file.
constexpr Key kKeys[] = {{"id", Kind::kText, true},
                         {"title", Kind::kText, true},
                         {"description", Kind::kText},
                         {"design", Kind::kText},
                         {"acceptance_criteria", Kind::kText},
                         {"notes", Kind::kText},
                         {"spec_id", Kind::kText},
                         {"status", Kind::kText, true},
                         {"priority", Kind::kInteger, true},
                         {"issue_type", Kind::kText, true},
                         {"assignee", Kind::kText},
                         {"owner", Kind::kText},
                         {"estimated_minutes", Kind::kInteger},
                         {"created_at", Kind::kTime, true},
                         {"created_by", Kind::kText},
                         {"updated_at", Kind::kTime, true},
                         {"closed_at", Kind::kTime},
                         {"close_reason", Kind::kText},
                         {"closed_by_session", Kind::kText},
                         {"due_at", Kind::kTime},
                         {"defer_until", Kind::kTime},
                         {"external_ref", Kind::kText},
                         {"source_system", Kind::kText},
                         {"metadata", Kind::kJson},
                         {"compaction_level", Kind::kInteger},
                         {"compacted_at", Kind::kTime},
                         {"compacted_at_commit", Kind::kText},
                         {"original_size", Kind::kInteger},
                         {"labels", Kind::kTexts},
                         {"dependencies", Kind::kEdges},
                         {"comments", Kind::kComments},
                         {"deleted_at", Kind::kTime},
                         {"deleted_by", Kind::kText},
                         {"delete_reason", Kind::kText},
                         {"original_type", Kind::kText},
                         {"sender", Kind::kText},
                         {"ephemeral", Kind::kTrue},
                         {"wisp_type", Kind::kText},
                         {"pinned", Kind::kTrue},
                         {"is_template", Kind::kTrue},
                         {"bonded_from", Kind::kJson},
                         {"creator", Kind::kJson},
                         {"validations", Kind::kJson},
                         {"quality_score", Kind::kJson},
                         {"crystallizes", Kind::kTrue},
                         {"await_type", Kind::kText},
                         {"await_id", Kind::kText},
                         {"timeout", Kind::kInteger},
                         {"waiters", Kind::kTexts},
                         {"holder", Kind::kText},
                         {"source_formula", Kind::kText},
                         {"source_location", Kind::kText},
                         {"hook_bead", Kind::kText},
                         {"role_bead", Kind::kText},
                         {"agent_state", Kind::kText},
                         {"last_activity", Kind::kTime},
                         {"role_type", Kind::kText},
                         {"rig", Kind::kText},
                         {"mol_type", Kind::kText},
                         {"work_type", Kind::kText},
                         {"event_kind", Kind::kText},
                         {"actor", Kind::kText},
                         {"target", Kind::kText},
                         {"payload", Kind::kText}};

// The escaping of the format, character by character.
std::string Escaped(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    if (three == "\u2028" || three == "\u2029") {
      out += three == "\u2028" ? "\\u2028" : "\\u2029";
      i += 2;
      continue;
    }
    const char c = text[i];
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '<': out += "\\u003c"; break;
      case '>': out += "\\u003e"; break;
      case '&': out += "\\u0026"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00" + Hex(std::string(1, c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

std::string Texts() {
  // Sorted and without repetition, as labels are.
  const auto words =
      *rc::gen::suchThat(rc::gen::resize(4, rc::gen::container<std::set<std::string>>(arbitrary::Text())),
                         [](const auto& set) { return !set.empty(); });
  std::vector<std::string> items;
  for (const std::string& word : words) items.push_back(Escaped(word));
  return Cat("[", Join(items, ","), "]");
}

std::string Moment(int second) {
  const std::string fraction = *rc::gen::element<std::string>("", ".5", ".123456789", ".000000001", ".12");
  const std::string offset = *rc::gen::element<std::string>("Z", "+02:00", "-07:30", "+14:00");
  return Cat("\"2024-02-29T23:59:", second < 10 ? "0" : "", second, fraction, offset, "\"");
}

std::string Unknown() {
  const std::string text = Get(Result<RawJson>(*arbitrary::UnknownMembers())).text;
  return text.substr(1, text.size() - 2);
}

// Records of a list; seconds grow by more than offsets differ in text only within one list.
std::string Edges() {
  std::vector<std::string> records;
  const std::string offset = *rc::gen::element<std::string>("Z", "+05:30");
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    std::string record =
        Cat("{\"issue_id\":\"bd-1\",\"depends_on_id\":", Escaped(*arbitrary::Text()), ",\"type\":\"t", i,
            "\",\"created_at\":\"2024-01-01T00:00:0", 9 - i, offset, "\"");
    if (Chance(50)) record += ",\"created_by\":" + Escaped("x" + *arbitrary::Text());
    if (Chance(50)) record += R"(,"metadata":"{\"gate\":\"all-children\"}")";
    if (Chance(50)) record += ",\"thread_id\":" + Escaped("x" + *arbitrary::Text());
    if (Chance(50)) record += "," + Unknown();
    records.push_back(record + "}");
  }
  return Cat("[", Join(records, ","), "]");
}

std::string Comments() {
  std::vector<std::string> records;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    std::string record = Cat("{\"id\":", *rc::gen::arbitrary<int64_t>() / 2,
                             ",\"issue_id\":\"bd-1\",\"author\":", Escaped(*arbitrary::Text()),
                             ",\"text\":", Escaped(*arbitrary::Text()),
                             ",\"created_at\":\"2024-01-01T00:00:0", 9 - i, ".25Z\"");
    if (Chance(50)) record += "," + Unknown();
    records.push_back(record + "}");
  }
  return Cat("[", Join(records, ","), "]");
}

std::string ValueOf(const Key& key) {
  if (key.name == "id") return "\"bd-1\"";
  switch (key.kind) {
    case Kind::kText: return Escaped("x" + *arbitrary::Text());
    case Kind::kInteger: return Cat(*rc::gen::inRange<int64_t>(1, INT64_MAX));
    case Kind::kTrue: return "true";
    case Kind::kTime: return Moment(*rc::gen::inRange(0, 60));
    case Kind::kJson: return Cat("[", *arbitrary::Json(4), "]");
    case Kind::kTexts: return Texts();
    case Kind::kEdges: return Edges();
    case Kind::kComments: return Comments();
  }
  return "";
}

rc::Gen<std::string> CanonicalLine() {
  return rc::gen::exec([] {
    std::vector<std::string> members;
    const int percent = *rc::gen::element(5, 30, 90);
    for (const Key& key : kKeys) {
      if (key.always || Chance(percent)) members.push_back(Cat("\"", key.name, "\":", ValueOf(key)));
    }
    if (Chance(50)) members.push_back(Unknown());
    return Cat("{", Join(members, ","), "}");
  });
}

RC_GTEST_PROP(LineLaws, WritingWhatWasReadGivesTheBytesBack, ()) {
  const std::string line = *CanonicalLine();
  RC_ASSERT(IssueLine(Get(ParseIssue(line))) == line);
}

RC_GTEST_PROP(LineLaws, ReadingWhatWasWrittenGivesTheIssueBack, ()) {
  const Issue issue = *arbitrary::AnyIssue("bd-1");
  const Issue read = Get(ParseIssue(IssueLine(issue)));
  RC_ASSERT(read == issue);
  RC_ASSERT(IssueLine(read) == IssueLine(issue));
}

RC_GTEST_PROP(LineLaws, UnknownMembersAreKeptByteForByteAtEveryLevel, ()) {
  const std::string value = *arbitrary::Json(8);
  const std::string line = Cat(
      R"({"id":"bd-1","title":"t","status":"open","priority":2,"issue_type":"task",)",
      R"("created_at":"2024-01-01T00:00:00Z","updated_at":"2024-01-01T00:00:00Z",)",
      R"("dependencies":[{"issue_id":"bd-1","depends_on_id":"bd-2","type":"blocks",)",
      R"("created_at":"2024-01-01T00:00:00Z","x":)", value, R"(}],"comments":[{"id":1,"issue_id":"bd-1",)",
      R"("author":"a","text":"b","created_at":"2024-01-01T00:00:00Z","x":)", value, R"(}],"x":)", value,
      R"(,"y":[{"deep":[)", value, ",", value, R"(]},)", value, R"(],"z":{"a":)", value, R"(,"b":)", value,
      "}}");
  const Issue issue = Get(ParseIssue(line));
  RC_ASSERT(issue.dependencies.at(0).extra.text == Cat("{\"x\":", value, "}"));
  RC_ASSERT(issue.comments.at(0).extra.text == Cat("{\"x\":", value, "}"));
  RC_ASSERT(IssueLine(issue) == line);
}

// Blanks between the tokens of a line: after its structural characters, outside of strings.
std::string WithBlanks(std::string_view line) {
  std::string out;
  bool inside = false;
  for (size_t i = 0; i < line.size(); ++i) {
    out += line[i];
    if (inside && line[i] == '\\') {
      out += line[++i];
    } else if (line[i] == '"') {
      inside = !inside;
    } else if (!inside && std::string_view("{}[],:").find(line[i]) != std::string_view::npos && Chance(30)) {
      out += *rc::gen::element<std::string>(" ", "\t", "\r", "  ");
    }
  }
  return out;
}

RC_GTEST_PROP(LineLaws, BlanksBetweenTokensChangeNothing, ()) {
  const std::string line = *CanonicalLine();
  RC_ASSERT(IssueLine(Get(ParseIssue(WithBlanks(line)))) == line);
}

RC_GTEST_PROP(LineLaws, ADamagedLineIsRefusedOrReadsAsWhatItThenSays, ()) {
  std::string line = *CanonicalLine();
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const size_t at = *rc::gen::inRange<size_t>(0, line.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0: line.erase(at, *rc::gen::inRange<size_t>(1, 20)); break;
      case 1: line[at] = *rc::gen::arbitrary<char>(); break;
      case 2: line.insert(at, *rc::gen::element<std::string>("{", "}", "[", "\"", ",", "null", "1")); break;
      default: line.resize(at + 1); break;
    }
  }
  const Result<Issue> issue = ParseIssue(line);
  if (!issue) {
    RC_ASSERT(issue.error().code == Code::kInvalid);
    RC_ASSERT(!issue.error().message.empty());
    return;
  }
  const std::string canonical = IssueLine(*issue);
  RC_ASSERT(IssueLine(Get(ParseIssue(canonical))) == canonical);
}

}  // namespace
}  // namespace bd
